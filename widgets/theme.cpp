// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFontDatabase>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QScreen>
#include <QStyleFactory>
#include <QToolTip>
#include <array>

#include "core/error.h"
#include "widgets/style.h"

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
        return result;
    }();
    return all;
}

Theme::Theme(Medium medium, QObject* parent) : QObject(parent), medium_(medium) {
    tokens();
    update();
}

Theme::~Theme() {
    if (style_ && style_ == QApplication::style()) {
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    }
}

void Theme::applyToApplication() {
    if (!style_) {
        QCoreApplication::setAttribute(Qt::AA_UseHighDpiPixmaps);  // icons as sharp as the screen
        style_ = new Style(*this);
        QApplication::setStyle(style_);
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
    if (style_) {
        updateApplication();
    }
    Q_EMIT changed();
}

/// Only what is other than before: each of these is told to every widget.
void Theme::updateApplication() {
    const QPalette next = palette();
    if (next != QApplication::palette()) {
        QApplication::setPalette(next);
        QPalette views = next;
        views.setColor(QPalette::Base, colour(Colour::surface));
        views.setColor(QPalette::Highlight, colour(Colour::accentSoft));
        views.setColor(QPalette::HighlightedText, colour(Colour::text));
        QApplication::setPalette(views, "QAbstractItemView");
        QToolTip::setPalette(next);
    }
    if (scale_ != appliedScale_) {
        appliedScale_ = scale_;
        QApplication::setFont(font(TextSize::body));
        QToolTip::setFont(font(TextSize::body));
        style_->resize();
    }
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
                                          Entry{kTertiaryText, Colour::text3},
                                          Entry{QPalette::Link, Colour::accent},
                                          Entry{QPalette::LinkVisited, Colour::accent},
                                          Entry{QPalette::Light, Colour::surface},
                                          Entry{QPalette::Midlight, Colour::border},
                                          Entry{QPalette::Mid, Colour::border},
                                          Entry{QPalette::Dark, Colour::borderStrong},
                                          Entry{kSecondaryText, Colour::text2},
                                          Entry{kFailText, Colour::fail}};
    QPalette result;
    for (const auto& [role, name] : kRoles) {
        result.setColor(role, colour(name));
    }
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            kSecondaryText, kTertiaryText, kFailText}) {
        result.setColor(QPalette::Disabled, role, colour(Colour::disabled));
    }
    return result;
}

}  // namespace shearbench::widgets
