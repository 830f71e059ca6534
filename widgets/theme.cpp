// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFontDatabase>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QScreen>
#include <QStyleFactory>
#include <QTemporaryDir>
#include <array>

#include "core/error.h"
#include "widgets/icon.h"

// Outside of any namespace: what the macro declares is a global function.
static void initialiseResources() {
    Q_INIT_RESOURCE(shearbench);
}

namespace shearbench::widgets {
namespace {

constexpr std::array kColourNames = {
    "window", "surface",      "raised",        "field",      "hover",    "pressed",
    "border", "borderStrong", "text",          "text2",      "text3",    "disabled",
    "accent", "accentHover",  "accentPressed", "accentSoft", "onAccent", "focus",
    "ok",     "okSoft",       "warn",          "warnSoft",   "fail",     "failSoft",
    "grid",   "axis",         "ratioOne",      "halo",       "truth"};
constexpr std::size_t kColours = kColourNames.size();
static_assert(kColours == static_cast<std::size_t>(Colour::truth) + 1);

constexpr std::array kDeviceNames = {"blue", "green",      "purple", "orange",
                                     "sky",  "vermillion", "ink"};
static_assert(kDeviceNames.size() == static_cast<std::size_t>(DeviceColour::ink) + 1);

constexpr std::array kTextNames = {"caption", "body", "title", "display", "hero"};
constexpr std::array kModes = {"light", "dark"};

QByteArray resource(const QString& name) {
    QFile file(QStringLiteral(":/shearbench/") + name);
    if (!file.open(QIODevice::ReadOnly)) {
        throw Error(ErrorKind::run,
                    "The program's resource " + name.toStdString() + " is missing.");
    }
    return file.readAll();
}

/// The QFont weight nearest to a CSS weight.
int fontWeight(int css) {
    if (css >= 700) {
        return QFont::Bold;
    }
    if (css >= 600) {
        return QFont::DemiBold;
    }
    return css >= 500 ? QFont::Medium : QFont::Normal;
}

/// Replaces every number before `unit` by what `scale` makes of it.
template <class Scale>
QString scaleUnits(const QString& text, const QString& unit, Scale scale) {
    const QRegularExpression pattern(QStringLiteral("([0-9]+(?:\\.[0-9]+)?)") + unit +
                                     QStringLiteral("\\b"));
    QString result;
    int done = 0;
    auto matches = pattern.globalMatch(text);
    while (matches.hasNext()) {
        const auto match = matches.next();
        result += text.mid(done, match.capturedStart() - done);
        result += QString::number(scale(match.captured(1).toDouble())) + unit;
        done = match.capturedEnd();
    }
    return result + text.mid(done);
}

}  // namespace

struct Theme::Tokens {
    struct Mode {
        std::array<QColor, kColours> colours;
        std::array<QColor, kDeviceNames.size()> lines, texts;
        std::array<QColor, kBands> bands;
    };
    std::array<Mode, 2> modes;
    std::array<double, kTextNames.size()> sizes{};  // px
    std::array<int, kTextNames.size()> weights{};
    QString family, mono;
    double presentationFactor = 1;
    QString styleSheet;
};

const Theme::Tokens& Theme::tokens() {
    static const Tokens all = [] {
        initialiseResources();
        const auto fonts = QDir(QStringLiteral(":/shearbench/fonts"))
                               .entryList({QStringLiteral("*.otf")}, QDir::Files);
        for (const QString& font : fonts) {
            QFontDatabase::addApplicationFont(QStringLiteral(":/shearbench/fonts/") + font);
        }
        QJsonParseError parse{};
        const QJsonObject root =
            QJsonDocument::fromJson(resource(QStringLiteral("theme_tokens.json")), &parse).object();
        if (root.isEmpty()) {
            throw Error(ErrorKind::run, "The theme's tokens cannot be read: " +
                                            parse.errorString().toStdString() + ".");
        }
        Tokens result;
        const QJsonObject devices = root["device_colours"].toObject();
        for (std::size_t m = 0; m < kModes.size(); ++m) {
            auto& mode = result.modes[m];
            const QJsonObject colours = root["themes"].toObject()[kModes[m]].toObject();
            for (std::size_t i = 0; i < kColours; ++i) {
                mode.colours[i] = QColor(colours[kColourNames[i]].toString());
            }
            for (std::size_t i = 0; i < kDeviceNames.size(); ++i) {
                const QJsonObject device =
                    devices[kDeviceNames[i]].toObject()[kModes[m]].toObject();
                mode.lines[i] = QColor(device["line"].toString());
                mode.texts[i] = QColor(device["text"].toString());
            }
            const QJsonArray bands = root["band_colours"].toObject()[kModes[m]].toArray();
            for (int i = 0; i < kBands; ++i) {
                mode.bands[std::size_t(i)] = QColor(bands[i].toString());
            }
        }
        const QJsonObject type = root["type"].toObject();
        for (std::size_t i = 0; i < kTextNames.size(); ++i) {
            const QJsonObject role = type[kTextNames[i]].toObject();
            result.sizes[i] = role["px"].toDouble();
            result.weights[i] = fontWeight(role["weight"].toInt());
        }
        result.family = type["family"].toString();
        result.mono = type["mono"].toString();
        if (!QFontDatabase().hasFamily(result.mono)) {
            result.mono = QFontDatabase::systemFont(QFontDatabase::FixedFont).family();
        }
        result.presentationFactor = type["presentation_factor"].toDouble();
        result.styleSheet = QString::fromUtf8(resource(QStringLiteral("style.qss")));
        return result;
    }();
    return all;
}

Theme::Theme(Medium medium, QObject* parent) : QObject(parent), medium_(medium) {
    tokens();
    update();
}

Theme::~Theme() = default;

void Theme::applyToApplication() {
    if (!applied_) {
        applied_ = true;
        QCoreApplication::setAttribute(Qt::AA_UseHighDpiPixmaps);  // icons as sharp as the screen
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
        if (const QScreen* screen = QGuiApplication::primaryScreen()) {
            connect(screen, &QScreen::logicalDotsPerInchChanged, this, &Theme::update);
        }
    }
    update();
}

void Theme::setDark(bool dark) {
    if (dark != dark_) {
        dark_ = dark;
        update();
    }
}

void Theme::setPresentation(bool on, double factor) {
    if (on != presentation_ || factor != factor_) {
        presentation_ = on;
        factor_ = factor;
        update();
    }
}

void Theme::setFactor(double factor) {
    if (factor != factor_) {
        factor_ = factor;
        update();
    }
}

void Theme::update() {
    const QScreen* screen = QGuiApplication::primaryScreen();
    const double dpi =
        medium_ == Medium::screen && screen != nullptr ? screen->logicalDotsPerInch() : 96;
    type_ = factor_ * (presentation_ ? tokens().presentationFactor : 1);
    scale_ = type_ * dpi / 96;
    if (applied_) {
        QApplication::setPalette(palette());
        QApplication::setFont(font(TextSize::body));
        qApp->setStyleSheet(styleSheet());
    }
    Q_EMIT changed();
}

QColor Theme::colour(Colour name) const {
    return tokens().modes[dark_ ? 1 : 0].colours[static_cast<std::size_t>(name)];
}

QColor Theme::colour(Colour name, double alpha) const {
    QColor result = colour(name);
    result.setAlphaF(alpha);
    return result;
}

QColor Theme::line(DeviceColour name) const {
    return tokens().modes[dark_ ? 1 : 0].lines[static_cast<std::size_t>(name)];
}

QColor Theme::text(DeviceColour name) const {
    return tokens().modes[dark_ ? 1 : 0].texts[static_cast<std::size_t>(name)];
}

QColor Theme::band(int index) const {
    return tokens().modes[dark_ ? 1 : 0].bands[static_cast<std::size_t>(qAbs(index) % kBands)];
}

QFont Theme::font(TextSize size, int weight) const {
    const auto role = static_cast<std::size_t>(size);
    QFont result(tokens().family);
    if (medium_ == Medium::screen) {
        result.setPointSizeF(tokens().sizes[role] * type_ * 0.75);
    } else {
        result.setPixelSize(qMax(1, px(tokens().sizes[role])));
    }
    result.setWeight(weight < 0 ? tokens().weights[role] : weight);
    return result;
}

QFont Theme::monoFont(TextSize size) const {
    QFont result = font(size, QFont::Normal);
    result.setFamily(tokens().mono);
    return result;
}

QPalette Theme::palette() const {
    using Entry = std::pair<QPalette::ColorRole, Colour>;
    static constexpr std::array kRoles = {Entry{QPalette::Window, Colour::window},
                                          Entry{QPalette::WindowText, Colour::text},
                                          Entry{QPalette::Base, Colour::field},
                                          Entry{QPalette::AlternateBase, Colour::raised},
                                          Entry{QPalette::Text, Colour::text},
                                          Entry{QPalette::Button, Colour::surface},
                                          Entry{QPalette::ButtonText, Colour::text},
                                          Entry{QPalette::Highlight, Colour::accent},
                                          Entry{QPalette::HighlightedText, Colour::onAccent},
                                          Entry{QPalette::ToolTipBase, Colour::text},
                                          Entry{QPalette::ToolTipText, Colour::surface},
                                          Entry{QPalette::PlaceholderText, Colour::text3},
                                          Entry{QPalette::Link, Colour::accent},
                                          Entry{QPalette::LinkVisited, Colour::accent},
                                          Entry{QPalette::Light, Colour::surface},
                                          Entry{QPalette::Midlight, Colour::border},
                                          Entry{QPalette::Mid, Colour::border},
                                          Entry{QPalette::Dark, Colour::borderStrong},
                                          Entry{QPalette::Shadow, Colour::borderStrong},
                                          Entry{QPalette::BrightText, Colour::fail}};
    QPalette result;
    for (const auto& [role, name] : kRoles) {
        result.setColor(role, colour(name));
    }
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        result.setColor(QPalette::Disabled, role, colour(Colour::disabled));
    }
    return result;
}

QString Theme::styleSheet() const {
    QString sheet = tokens().styleSheet;
    const QRegularExpression icon(QStringLiteral("@icon\\((\\w+),(\\d+),(\\w+)\\)"));
    for (auto match = icon.match(sheet); match.hasMatch(); match = icon.match(sheet)) {
        const auto found = std::find(kColourNames.begin(), kColourNames.end(), match.captured(3));
        Q_ASSERT(found != kColourNames.end());
        const QString file = iconFile(match.captured(1), match.captured(2).toInt(),
                                      static_cast<Colour>(found - kColourNames.begin()));
        sheet.replace(match.capturedStart(), match.capturedLength(),
                      QStringLiteral("url(\"%1\")").arg(file));
    }
    // Longest first, for one name may begin another.
    std::array<std::size_t, kColours> order{};
    for (std::size_t i = 0; i < kColours; ++i) {
        order[i] = i;
    }
    std::sort(order.begin(), order.end(), [](std::size_t a, std::size_t b) {
        return qstrlen(kColourNames[a]) > qstrlen(kColourNames[b]);
    });
    for (const std::size_t i : order) {
        sheet.replace(QLatin1Char('@') + QLatin1String(kColourNames[i]),
                      colour(static_cast<Colour>(i)).name());
    }
    sheet.replace(QStringLiteral("@family"), tokens().family);
    sheet.replace(QStringLiteral("@mono"), tokens().mono);
    // Hairlines and focus frames keep their width.
    sheet = scaleUnits(sheet, QStringLiteral("px"),
                       [this](double v) { return v <= 2 ? v : double(px(v)); });
    return scaleUnits(sheet, QStringLiteral("pt"), [this](double v) { return v * type_; });
}

// Style sheets take pictures from files only, and cannot colour them.
QString Theme::iconFile(const QString& name, int px, Colour colour) const {
    if (!iconFolder_) {
        iconFolder_ = std::make_unique<QTemporaryDir>();
    }
    const int size = this->px(px);
    const QString base = iconFolder_->filePath(
        QStringLiteral("%1_%2_%3")
            .arg(name, QString::number(size), this->colour(colour).name().mid(1)));
    if (!QFile::exists(base + QStringLiteral(".png"))) {
        for (const auto& [ratio, suffix] :
             {std::pair(1, ".png"), std::pair(2, "@2x.png"), std::pair(3, "@3x.png")}) {
            QPixmap picture = iconPixmap(name, size, this->colour(colour), ratio);
            picture.save(base + QLatin1String(suffix));
        }
    }
    return base + QStringLiteral(".png");
}

}  // namespace shearbench::widgets
