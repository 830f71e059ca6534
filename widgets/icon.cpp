// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/icon.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QPointer>
#include <QSvgRenderer>

#include "core/error.h"

namespace shearbench::widgets {
namespace {

const QHash<QString, QByteArray>& drawings() {
    static const QHash<QString, QByteArray> all = [] {
        QHash<QString, QByteArray> result;
        const QDir folder(QStringLiteral(":/shearbench/icons"));
        for (const QString& name : folder.entryList({QStringLiteral("*.svg")}, QDir::Files)) {
            QFile file(folder.filePath(name));
            if (file.open(QIODevice::ReadOnly)) {
                result.insert(name.chopped(4), file.readAll());
            }
        }
        return result;
    }();
    return all;
}

QByteArray coloured(const QString& name, const QColor& colour) {
    QByteArray drawing = drawings().value(name);
    if (drawing.isEmpty()) {
        throw Error(ErrorKind::run, "There is no icon named " + name.toStdString() + ".");
    }
    return drawing.replace("currentColor", colour.name().toLatin1());
}

/// Draws with the theme's colours of the moment.
class ThemeIconEngine : public QIconEngine {
  public:
    ThemeIconEngine(const Theme& theme, QString name, Colour off, Colour on)
        : theme_(&theme), name_(std::move(name)), off_(off), on_(on) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode,
               QIcon::State state) override {
        if (theme_) {
            paintIcon(*painter, rect, name_, colour(mode, state));
        }
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        if (!theme_) {
            return {};
        }
        // `size` is in device pixels; QIcon sets the ratio on what comes back.
        return iconPixmap(name_, qMin(size.width(), size.height()), colour(mode, state), 1);
    }

    QIconEngine* clone() const override { return new ThemeIconEngine(*this); }
    QString key() const override { return QStringLiteral("shearbench"); }

  private:
    QColor colour(QIcon::Mode mode, QIcon::State state) const {
        if (mode == QIcon::Disabled) {
            return theme_->colour(Colour::disabled);
        }
        return theme_->colour(state == QIcon::On ? on_ : off_);
    }

    QPointer<const Theme> theme_;
    QString name_;
    Colour off_, on_;
};

}  // namespace

QIcon themeIcon(const Theme& theme, const QString& name, Colour colour) {
    return themeIcon(theme, name, colour, colour);
}

QIcon themeIcon(const Theme& theme, const QString& name, Colour colour, Colour checked) {
    coloured(name, Qt::black);
    return QIcon(new ThemeIconEngine(theme, name, colour, checked));
}

QPixmap iconPixmap(const QString& name, double px, const QColor& colour, double devicePixelRatio) {
    const int side = qMax(1, qRound(px * devicePixelRatio));
    const QString key =
        QStringLiteral("shearbench/%1/%2/%3").arg(name, QString::number(side), colour.name());
    QPixmap result;
    if (!QPixmapCache::find(key, &result)) {
        result = QPixmap(side, side);
        result.fill(Qt::transparent);
        QPainter painter(&result);
        paintIcon(painter, QRectF(0, 0, side, side), name, colour);
        painter.end();
        QPixmapCache::insert(key, result);
    }
    result.setDevicePixelRatio(devicePixelRatio);
    return result;
}

void paintIcon(QPainter& painter, const QRectF& area, const QString& name, const QColor& colour) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QSvgRenderer(coloured(name, colour)).render(&painter, area);
    painter.restore();
}

QStringList iconNames() {
    QStringList names = drawings().keys();
    names.sort();
    return names;
}

}  // namespace shearbench::widgets
