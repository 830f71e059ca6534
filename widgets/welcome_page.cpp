// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/welcome_page.h"

#include <QAbstractButton>
#include <QDragEnterEvent>
#include <QGridLayout>
#include <QLabel>
#include <QMimeData>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QScrollArea>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>
#include <vector>

#include "widgets/discard.h"
#include "widgets/icon.h"
#include "widgets/ringed_button.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kColumn = 1008, kBandHeight = 232, kCardHeight = 220, kGap = 24;
// The band is a picture of the sky: dark whatever the theme.
const QColor kSky{14, 14, 16}, kVeil{10, 10, 13}, kOnSky{232, 234, 240};

/// The same places every time; numerical recipes' linear congruential generator.
class Scatter {
  public:
    double next() {
        state_ = state_ * 1664525U + 1013904223U;
        return double(state_ >> 8U) / double(1U << 24U);
    }

  private:
    quint32 state_ = 77;
};

QString droppedFile(const QMimeData* data) {
    for (const QUrl& url : data->urls()) {
        if (url.isLocalFile()) {
            return url.toLocalFile();
        }
    }
    return {};
}

}  // namespace

/// Galaxies strewn over a dark band, and the question on it.
class SkyBand : public QWidget {
  public:
    SkyBand(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
        setAccessibleName(WelcomePage::tr("What would you like to see?"));
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }

    void setGalaxies(const QVector<QImage>& pictures) {
        pictures_.clear();
        for (const QImage& picture : pictures) {
            if (!picture.isNull()) {
                pictures_.push_back(faded(picture));
            }
        }
        drawn_ = {};
        update();
    }

    QSize sizeHint() const override { return {theme_.px(kColumn), theme_.px(kBandHeight)}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        const QSize pixels = size() * devicePixelRatioF();
        if (drawn_.size() != pixels) {
            drawn_ = draw(pixels);
        }
        QPainter painter(this);
        painter.drawImage(QRectF(rect()), drawn_);
        const double px = theme_.scaled(1);
        painter.setPen(Qt::white);
        painter.setFont(theme_.font(TextSize::hero));
        painter.drawText(QRectF(32 * px, 56 * px, width() - 64 * px, 52 * px),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         WelcomePage::tr("What would you like to see?"));
        painter.setPen(kOnSky);
        painter.setFont(theme_.font(TextSize::title, QFont::Normal));
        painter.drawText(QRectF(32 * px, 116 * px, std::min(500 * px, width() - 64 * px), 80 * px),
                         Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap,
                         WelcomePage::tr("Shearbench teaches a neural network to measure the "
                                         "shapes of galaxies from their pictures, and shows which "
                                         "machine does it fastest."));
    }

  private:
    /// Transparent towards the edge, so that noise shows no square.
    static QImage faded(const QImage& picture) {
        QImage image = picture.convertToFormat(QImage::Format_ARGB32_Premultiplied);
        const QPointF centre(image.width() / 2.0, image.height() / 2.0);
        QRadialGradient fade(centre, std::min(centre.x(), centre.y()));
        fade.setColorAt(0.35, Qt::black);
        fade.setColorAt(1, Qt::transparent);
        QPainter painter(&image);
        painter.setCompositionMode(QPainter::CompositionMode_DestinationIn);
        painter.fillRect(image.rect(), fade);
        return image;
    }

    QImage draw(const QSize& pixels) const {
        QImage image(pixels, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
        const double px = theme_.scaled(1) * devicePixelRatioF();
        const double w = pixels.width(), h = pixels.height();
        QPainterPath edge;
        edge.addRoundedRect(QRectF(0, 0, w, h), 8 * px, 8 * px);
        painter.setClipPath(edge);
        painter.fillRect(image.rect(), kSky);
        if (!pictures_.empty()) {
            painter.setCompositionMode(QPainter::CompositionMode_Lighten);
            strew(painter, w, h, px);
            painter.setCompositionMode(QPainter::CompositionMode_SourceOver);
        }
        QLinearGradient veil(0, 0, 0.72 * w, 0);
        for (const auto& [place, opacity] : {std::pair{0.0, 235}, {0.62, 190}, {1.0, 0}}) {
            QColor colour = kVeil;
            colour.setAlpha(opacity);
            veil.setColorAt(place, colour);
        }
        painter.fillRect(image.rect(), veil);
        return image;
    }

    /// A few large ones at the right, many small and faint ones everywhere.
    void strew(QPainter& painter, double w, double h, double px) const {
        constexpr int kAll = 150, kLarge = 14;
        Scatter scatter;
        for (int i = 0; i < kAll; ++i) {
            const bool large = i < kLarge;
            const double turn = 360 * scatter.next();
            const double size = (large ? 96 + 60 * scatter.next() : 30 + 34 * scatter.next()) * px;
            const double x = w * (large ? 0.52 + 0.5 * scatter.next() : scatter.next());
            const double y = h * scatter.next();
            const double opacity = large ? 1 : 0.35 + 0.5 * scatter.next();
            const auto which = std::min(pictures_.size() - 1,
                                        std::size_t(scatter.next() * double(pictures_.size())));
            painter.save();
            painter.translate(x, y);
            painter.rotate(turn);
            painter.setOpacity(opacity);
            painter.drawImage(QRectF(-size / 2, -size / 2, size, size), pictures_[which]);
            painter.restore();
        }
    }

    const Theme& theme_;
    std::vector<QImage> pictures_;
    QImage drawn_;
};

/// A large button: icon, title, sentence, remark.
class WelcomeCard : public RingedButton {
  public:
    WelcomeCard(const Theme& theme, const QString& icon, const QString& title, const QString& words,
                const QString& remark, bool first, QWidget* parent)
        : RingedButton(parent),
          theme_(theme),
          icon_(icon),
          words_(words),
          remark_(remark),
          first_(first) {
        setText(title);
        setAccessibleName(title);
        setAccessibleDescription(words);
        setFocusPolicy(Qt::StrongFocus);
        setCursor(Qt::PointingHandCursor);
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }

    void setRemark(const QString& remark) {
        remark_ = remark;
        update();
    }

    QSize sizeHint() const override { return {theme_.px(320), theme_.px(kCardHeight)}; }
    QSize minimumSizeHint() const override { return {theme_.px(200), theme_.px(kCardHeight)}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const double px = theme_.scaled(1);
        const QRectF area = QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5);
        painter.setBrush(fill());
        painter.setPen(QPen(theme_.colour(first_ ? Colour::accent : Colour::border), 1));
        painter.drawRoundedRect(area, 8 * px, 8 * px);
        if (hasRing()) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme_.colour(first_ ? Colour::text : Colour::focus), 2));
            painter.drawRoundedRect(area, 8 * px, 8 * px);
        }
        const QColor on = theme_.colour(Colour::onAccent);
        const bool bright = first_ && !theme_.isDark();
        paintIcon(painter, {24 * px, 24 * px, 32 * px, 32 * px}, icon_,
                  bright ? on : theme_.colour(Colour::accent));
        const auto write = [&](const QRectF& where, const QString& text, const QFont& font,
                               const QColor& colour, int flags) {
            painter.setFont(font);
            painter.setPen(bright ? on : colour);
            painter.drawText(where, flags, text);
        };
        const double inner = width() - 48 * px;
        write({24 * px, 66 * px, inner, 30 * px}, text(), theme_.font(TextSize::display),
              theme_.colour(Colour::text), Qt::AlignLeft | Qt::AlignVCenter);
        write({24 * px, 100 * px, inner, 78 * px}, words_,
              theme_.font(TextSize::title, QFont::Normal), theme_.colour(Colour::text2),
              Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap);
        write({24 * px, height() - 38 * px, inner, 18 * px}, remark_, theme_.font(TextSize::body),
              theme_.colour(Colour::text3), Qt::AlignLeft | Qt::AlignVCenter);
    }

  private:
    /// A large field of the dark theme's pale accent would outshine the page: there its soft form.
    QColor fill() const {
        if (!first_) {
            return theme_.colour(isDown()       ? Colour::pressed
                                 : underMouse() ? Colour::hover
                                                : Colour::surface);
        }
        if (theme_.isDark()) {
            return isDown() || underMouse() ? theme_.colour(Colour::accentSoft).lighter(125)
                                            : theme_.colour(Colour::accentSoft);
        }
        return theme_.colour(isDown()       ? Colour::accentPressed
                             : underMouse() ? Colour::accentHover
                                            : Colour::accent);
    }

    const Theme& theme_;
    QString icon_, words_, remark_;
    bool first_;
};

namespace {

/// A dot in the device's colour, its name, what it is good for.
class DeviceMark : public QWidget {
  public:
    DeviceMark(const Theme& theme, const WelcomeDevice& device, QWidget* parent)
        : QWidget(parent), theme_(theme), device_(device) {
        setAccessibleName(device.name);
        setAccessibleDescription(device.detail);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }

    QSize sizeHint() const override { return {theme_.px(240), theme_.px(38)}; }

  protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const double px = theme_.scaled(1);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme_.line(device_.colour));
        painter.drawEllipse(QPointF(5 * px, 10 * px), 5 * px, 5 * px);
        const auto write = [&](double top, const QString& text, const QFont& font, Colour colour) {
            painter.setFont(font);
            painter.setPen(theme_.colour(colour));
            const double room = width() - 18 * px;
            painter.drawText(QRectF(18 * px, top, room, 18 * px), Qt::AlignLeft | Qt::AlignVCenter,
                             QFontMetricsF(font).elidedText(text, Qt::ElideRight, room));
        };
        write(1 * px, device_.name, theme_.font(TextSize::body, QFont::Medium), Colour::text);
        write(19 * px, device_.detail, theme_.font(TextSize::caption), Colour::text3);
    }

  private:
    const Theme& theme_;
    WelcomeDevice device_;
};

}  // namespace

WelcomePage::WelcomePage(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setAcceptDrops(true);
    build();
    connect(demo_, &QAbstractButton::clicked, this, &WelcomePage::demoRequested);
    connect(open_, &QAbstractButton::clicked, this, &WelcomePage::openRequested);
    connect(simulate_, &QAbstractButton::clicked, this, &WelcomePage::simulateRequested);
    connect(&theme, &Theme::changed, this, &WelcomePage::measure);
    measure();
    setDevices({});
    setRecent({});
}

void WelcomePage::build() {
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setAccessibleName(tr("Welcome"));
    auto* page = new QWidget;
    scroll->setWidget(page);
    page->setAutoFillBackground(false);
    scroll->viewport()->setAutoFillBackground(false);

    column_ = new QWidget(page);
    sky_ = new SkyBand(theme_, column_);
    demo_ = new WelcomeCard(theme_, QStringLiteral("demo"), tr("Watch a demo"),
                            tr("Makes 2,000 galaxies, trains on them and shows what the network "
                               "learns."),
                            tr("no file needed"), true, column_);
    open_ = new WelcomeCard(theme_, QStringLiteral("open"), tr("Open my galaxies"),
                            tr("HDF5 pictures of galaxies. Bands, labels and pixel size are found "
                               "and shown to you."),
                            tr("or drop a file anywhere here"), false, column_);
    simulate_ = new WelcomeCard(theme_, QStringLiteral("simulate"), tr("Simulate galaxies"),
                                tr("Draws galaxies as Rubin’s telescope would see them, in six "
                                   "bands, and writes them to a file."),
                                tr("as many as you like, can be stopped"), false, column_);
    found_ = new QLabel(tr("Found on this computer"), column_);
    setRole(found_, Role::quiet);
    devices_ = new QWidget(column_);
    deviceGrid_ = new QGridLayout(devices_);
    deviceGrid_->setContentsMargins(0, 0, 0, 0);
    auto* line = new QFrame(column_);
    setRole(line, Role::line);
    recentTitle_ = new QLabel(tr("Recent"), column_);
    setRole(recentTitle_, Role::quiet);
    recentBox_ = new QWidget(column_);
    recent_ = new QVBoxLayout(recentBox_);
    recent_->setContentsMargins(0, 0, 0, 0);

    cards_ = new QHBoxLayout;
    for (WelcomeCard* card : {demo_, open_, simulate_}) {
        cards_->addWidget(card, 1);
    }
    recentRow_ = new QHBoxLayout;
    recentRow_->addWidget(recentTitle_, 0, Qt::AlignTop);
    recentRow_->addWidget(recentBox_, 1);
    auto* inner = new QVBoxLayout(column_);
    inner->setContentsMargins(0, 0, 0, 0);
    inner->addWidget(sky_);
    inner->addLayout(cards_);
    auto* foundBox = new QVBoxLayout;
    foundBox->setSpacing(theme_.px(8));
    foundBox->addWidget(found_);
    foundBox->addWidget(devices_);
    inner->addLayout(foundBox);
    inner->addWidget(line);
    inner->addLayout(recentRow_);

    auto* across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(column_, 1000);
    across->addStretch(1);
    auto* down = new QVBoxLayout(page);
    down->addStretch(3);
    down->addLayout(across);
    down->addStretch(4);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);
}

void WelcomePage::measure() {
    column_->setMaximumWidth(theme_.px(kColumn));
    column_->layout()->setSpacing(theme_.px(kGap));
    cards_->setSpacing(theme_.px(kGap));
    deviceGrid_->setHorizontalSpacing(theme_.px(kGap));
    recentRow_->setSpacing(theme_.px(12));
    recentTitle_->setFixedWidth(theme_.px(60));
    recent_->setSpacing(theme_.px(6));
}

void WelcomePage::setGalaxies(const QVector<QImage>& pictures) {
    sky_->setGalaxies(pictures);
}

void WelcomePage::setDevices(const QVector<WelcomeDevice>& devices) {
    constexpr int kAcross = 3;
    while (QLayoutItem* item = deviceGrid_->takeAt(0)) {
        discard(item->widget());
        delete item;
    }
    for (int i = 0; i < devices.size(); ++i) {
        deviceGrid_->addWidget(new DeviceMark(theme_, devices[i], devices_), i / kAcross,
                               i % kAcross);
    }
    for (int column = 0; column < kAcross; ++column) {
        deviceGrid_->setColumnStretch(column, 1);
    }
    found_->setVisible(!devices.isEmpty());
    devices_->setVisible(!devices.isEmpty());
}

void WelcomePage::setRecent(const QVector<RecentItem>& items) {
    while (QLayoutItem* item = recent_->takeAt(0)) {
        discard(item->widget());
        delete item;
    }
    for (const RecentItem& item : items) {
        auto* row = new QWidget(recentBox_);
        auto* link = new QPushButton(item.name, row);
        setRole(link, Role::link);
        link->setToolTip(item.path);
        link->setAccessibleDescription(item.path);
        link->setCursor(Qt::PointingHandCursor);
        auto* detail = new QLabel(item.detail, row);
        setRole(detail, Role::caption);
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(link);
        layout->addWidget(detail, 1);
        recent_->addWidget(row);
        connect(link, &QPushButton::clicked, this,
                [this, path = item.path] { Q_EMIT recentChosen(path); });
    }
    if (items.isEmpty()) {
        auto* none = new QLabel(tr("Experiments you open will be listed here."), recentBox_);
        setRole(none, Role::field);
        recent_->addWidget(none);
    }
}

void WelcomePage::setDemoRemark(const QString& text) {
    demo_->setRemark(text);
}

void WelcomePage::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedFile(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
    }
}

void WelcomePage::dropEvent(QDropEvent* event) {
    const QString file = droppedFile(event->mimeData());
    if (!file.isEmpty()) {
        event->acceptProposedAction();
        Q_EMIT fileDropped(file);
    }
}

}  // namespace shearbench::widgets
