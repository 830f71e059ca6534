// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/device_list.h"

#include <QAbstractListModel>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

#include "widgets/icon.h"

namespace shearbench::widgets {

namespace {

constexpr int kRowHeight = 38, kInset = 8;

QString checkText(DeviceRow::Check check) {
    switch (check) {
        case DeviceRow::Check::none:
            return DeviceList::tr("run self-test");
        case DeviceRow::Check::running:
            return DeviceList::tr("testing");
        case DeviceRow::Check::passed:
            return DeviceList::tr("self-test");
        case DeviceRow::Check::failed:
            break;
    }
    return DeviceList::tr("self-test failed");
}

}  // namespace

class DeviceModel : public QAbstractListModel {
  public:
    using QAbstractListModel::QAbstractListModel;

    void setDevices(const std::vector<DeviceRow>& devices) {
        beginResetModel();
        devices_ = devices;
        endResetModel();
    }
    const std::vector<DeviceRow>& devices() const { return devices_; }

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(devices_.size());
    }

    QVariant data(const QModelIndex& index, int role) const override {
        const DeviceRow& device = devices_[std::size_t(index.row())];
        switch (role) {
            case Qt::DisplayRole:
                return device.name;
            case Qt::ToolTipRole:
                return device.checkTip;
            case Qt::AccessibleTextRole:
                return QStringList{device.name, device.detail, device.rate, checkText(device.check)}
                    .join(QStringLiteral(", "));
            default:
                return {};
        }
    }

  private:
    std::vector<DeviceRow> devices_;
};

namespace {

class DeviceDelegate : public QStyledItemDelegate {
  public:
    DeviceDelegate(const Theme& theme, const DeviceModel& model, QObject* parent)
        : QStyledItemDelegate(parent), theme_(theme), model_(model) {}

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {theme_.px(120), theme_.px(kRowHeight)};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const DeviceRow& device = model_.devices()[std::size_t(index.row())];
        const bool enabled = (option.state & QStyle::State_Enabled) != 0;
        const bool chosen = (option.state & QStyle::State_Selected) != 0;
        const double px = theme_.scaled(1);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        paintBackground(*painter, option, chosen);

        const QRectF area = QRectF(option.rect).adjusted(kInset * px, 0, -kInset * px, 0);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme_.line(device.colour));
        painter->drawEllipse(QPointF(area.left() + 7 * px, area.top() + 12 * px), 5 * px, 5 * px);

        const QRectF upper(area.left() + 20 * px, area.top() + 3 * px, area.width() - 20 * px,
                           17 * px);
        const QRectF lower(upper.left(), area.top() + 19 * px, upper.width(), 16 * px);
        const double checkWidth = paintCheck(*painter, upper, device.check, enabled);
        const double rateWidth =
            write(*painter, lower, device.rate, TextSize::caption,
                  enabled ? Colour::text2 : Colour::disabled, QFont::Normal, Qt::AlignRight);
        write(*painter, upper.adjusted(0, 0, -checkWidth - 8 * px, 0), device.name, TextSize::body,
              enabled ? Colour::text : Colour::disabled, chosen ? QFont::DemiBold : QFont::Medium,
              Qt::AlignLeft);
        write(*painter, lower.adjusted(0, 0, -rateWidth - 8 * px, 0), device.detail,
              TextSize::caption, enabled ? Colour::text3 : Colour::disabled, QFont::Normal,
              Qt::AlignLeft);
        painter->restore();
    }

    /// Where "run self-test" is written.
    QRectF linkArea(const QRect& row) const {
        const double px = theme_.scaled(1);
        const QFontMetricsF metrics(theme_.font(TextSize::caption, QFont::Medium));
        const double width = metrics.horizontalAdvance(checkText(DeviceRow::Check::none));
        return {row.right() - kInset * px - width, row.top() + 3 * px, width, 17 * px};
    }

  private:
    void paintBackground(QPainter& painter, const QStyleOptionViewItem& option, bool chosen) const {
        const QRectF area = QRectF(option.rect).adjusted(1, 0, -1, -1);
        const double radius = theme_.scaled(4);
        const bool hovered = (option.state & QStyle::State_MouseOver) != 0;
        painter.setPen(Qt::NoPen);
        if (chosen || hovered) {
            painter.setBrush(theme_.colour(chosen ? Colour::accentSoft : Colour::hover));
            painter.drawRoundedRect(area, radius, radius);
        }
        if (chosen && (option.state & QStyle::State_HasFocus) != 0) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(theme_.colour(Colour::focus), 2));
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), radius, radius);
        }
    }

    /// Returns how wide it is.
    double paintCheck(QPainter& painter, QRectF area, DeviceRow::Check check, bool enabled) const {
        const double px = theme_.scaled(1);
        Colour colour = check == DeviceRow::Check::failed    ? Colour::fail
                        : check == DeviceRow::Check::passed  ? Colour::ok
                        : check == DeviceRow::Check::running ? Colour::text3
                                                             : Colour::accent;
        if (!enabled && check == DeviceRow::Check::none) {
            colour = Colour::disabled;
        }
        double icon = 0;
        if (check == DeviceRow::Check::passed || check == DeviceRow::Check::failed) {
            icon = 20 * px;
            paintIcon(painter, {area.right() - 16 * px, area.top() + 0.5 * px, 16 * px, 16 * px},
                      check == DeviceRow::Check::passed ? QStringLiteral("check")
                                                        : QStringLiteral("warning"),
                      theme_.colour(colour));
        }
        return icon + write(painter, area.adjusted(0, 0, -icon, 0), checkText(check),
                            TextSize::caption, colour,
                            check == DeviceRow::Check::none ? QFont::Medium : QFont::Normal,
                            Qt::AlignRight);
    }

    double write(QPainter& painter, const QRectF& area, const QString& text, TextSize size,
                 Colour colour, int weight, Qt::Alignment side) const {
        painter.setFont(theme_.font(size, weight));
        painter.setPen(theme_.colour(colour));
        const QFontMetricsF metrics(painter.font());
        painter.drawText(area, int(side | Qt::AlignVCenter),
                         metrics.elidedText(text, Qt::ElideRight, area.width()));
        return metrics.horizontalAdvance(text);
    }

    const Theme& theme_;
    const DeviceModel& model_;
};

}  // namespace

DeviceList::DeviceList(const Theme& theme, QWidget* parent)
    : QListView(parent), theme_(theme), model_(new DeviceModel(this)) {
    setAccessibleName(tr("Devices"));
    setModel(model_);
    setItemDelegate(new DeviceDelegate(theme, *model_, this));
    setFrameShape(NoFrame);
    setUniformItemSizes(true);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        scheduleDelayedItemsLayout();
        updateGeometry();
    });
}

void DeviceList::setDevices(const std::vector<DeviceRow>& devices) {
    const QString before = current();
    quiet_ = true;
    model_->setDevices(devices);
    quiet_ = false;
    setCurrent(before);
    updateGeometry();
}

const DeviceRow* DeviceList::device(const QString& id) const {
    for (const DeviceRow& device : model_->devices()) {
        if (device.id == id) {
            return &device;
        }
    }
    return nullptr;
}

const std::vector<DeviceRow>& DeviceList::devices() const {
    return model_->devices();
}

QString DeviceList::current() const {
    return currentIndex().isValid() ? model_->devices()[std::size_t(currentIndex().row())].id
                                    : QString();
}

void DeviceList::setCurrent(const QString& id) {
    quiet_ = true;
    QModelIndex index;
    for (std::size_t i = 0; i < model_->devices().size(); ++i) {
        if (model_->devices()[i].id == id) {
            index = model_->index(int(i));
        }
    }
    setCurrentIndex(index);
    quiet_ = false;
}

QSize DeviceList::sizeHint() const {
    return {theme_.px(240), theme_.px(kRowHeight) * std::max(1, model_->rowCount())};
}

QSize DeviceList::minimumSizeHint() const {
    return {theme_.px(160), sizeHint().height()};
}

void DeviceList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QListView::currentChanged(current, previous);
    if (!quiet_ && current.isValid()) {
        Q_EMIT chosen(this->current());
    }
}

bool DeviceList::isOnLink(const QPoint& position, QString* id) const {
    const QModelIndex index = indexAt(position);
    if (!index.isValid() || !isEnabled()) {
        return false;
    }
    const DeviceRow& device = model_->devices()[std::size_t(index.row())];
    *id = device.id;
    const auto* delegate = static_cast<const DeviceDelegate*>(itemDelegate());
    return device.check == DeviceRow::Check::none &&
           delegate->linkArea(visualRect(index)).contains(position);
}

void DeviceList::mouseMoveEvent(QMouseEvent* event) {
    QString id;
    viewport()->setCursor(isOnLink(event->pos(), &id) ? Qt::PointingHandCursor : Qt::ArrowCursor);
    QListView::mouseMoveEvent(event);
}

void DeviceList::mouseReleaseEvent(QMouseEvent* event) {
    QListView::mouseReleaseEvent(event);
    QString id;
    if (event->button() == Qt::LeftButton && isOnLink(event->pos(), &id)) {
        Q_EMIT selfTestRequested(id);
    }
}

void DeviceList::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_T && event->modifiers() == Qt::NoModifier) {
        const DeviceRow* row = device(current());
        if (row != nullptr && row->check != DeviceRow::Check::running) {
            Q_EMIT selfTestRequested(row->id);
        }
        return;
    }
    QListView::keyPressEvent(event);
}

}  // namespace shearbench::widgets
