// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layer_table.h"

#include <QAbstractTableModel>
#include <QGridLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <algorithm>
#include <cmath>
#include <functional>

#include "widgets/number_text.h"
#include "widgets/plain_header.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kRowHeight = 19, kHeaderHeight = 20, kParameterWidth = 74, kTextPadding = 3;
constexpr int kShareRole = Qt::UserRole;

enum Column { kTitle, kOutput, kParameters, kColumns };

QString operationsText(double flops) {
    if (flops >= 1e9) {
        return LayerTable::tr("%1 GFLOP").arg(fixedText(flops / 1e9, flops < 1e10 ? 2 : 1));
    }
    return LayerTable::tr("%1 MFLOP").arg(fixedText(flops / 1e6, flops < 1e7 ? 1 : 0));
}

}  // namespace

class LayerModel : public QAbstractTableModel {
  public:
    LayerModel(const Theme& theme, QObject* parent) : QAbstractTableModel(parent), theme_(theme) {}

    void setRows(const std::vector<LayerRow>& rows) {
        beginResetModel();
        rows_ = rows;
        largest_ = 1;
        for (const LayerRow& row : rows) {
            largest_ = std::max(largest_, row.parameters);
        }
        endResetModel();
    }

    void setEditable(bool on) {
        editable_ = on;
        if (!rows_.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(int(rows_.size()) - 1, kColumns - 1));
        }
    }

    Qt::ItemFlags flags(const QModelIndex& index) const override {
        const bool check = index.column() == kTitle && rows_[std::size_t(index.row())].bayesian;
        return QAbstractTableModel::flags(index) |
               (check && editable_ ? Qt::ItemIsUserCheckable : Qt::NoItemFlags);
    }

    bool setData(const QModelIndex& index, const QVariant& value, int role) override {
        if (role != Qt::CheckStateRole || !(flags(index) & Qt::ItemIsUserCheckable)) {
            return false;
        }
        chosen(rows_[std::size_t(index.row())].layer, value.toInt() == Qt::Checked);
        return true;
    }

    /// Called with what someone chose; the rows change when they are set anew.
    std::function<void(const QString& layer, bool on)> chosen;

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(rows_.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : kColumns;
    }

    QVariant data(const QModelIndex& index, int role) const override {
        const LayerRow& row = rows_[std::size_t(index.row())];
        switch (role) {
            case Qt::DisplayRole:
                return index.column() == kTitle    ? row.title
                       : index.column() == kOutput ? row.output
                                                   : countText(row.parameters);
            case Qt::ToolTipRole:
                return row.tip;
            case Qt::CheckStateRole:
                return index.column() == kTitle && row.bayesian
                           ? QVariant(int(*row.bayesian ? Qt::Checked : Qt::Unchecked))
                           : QVariant();
            case Qt::AccessibleTextRole:
                return row.bayesian && index.column() == kTitle
                           ? LayerTable::tr("%1, Bayesian").arg(row.title)
                           : QVariant();
            case Qt::TextAlignmentRole:
                return int(Qt::AlignVCenter |
                           (index.column() == kTitle ? Qt::AlignLeft : Qt::AlignRight));
            case Qt::ForegroundRole:
                return theme_.colour(index.column() == kOutput ? Colour::text2 : Colour::text);
            case kShareRole:
                return double(row.parameters) / double(largest_);
            default:
                return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        const QString words = section == kTitle    ? LayerTable::tr("Layer, with its PReLU")
                              : section == kOutput ? LayerTable::tr("Output")
                                                   : LayerTable::tr("Parameters");
        return columnHead(orientation, role, words, section == kTitle);
    }

  private:
    const Theme& theme_;
    std::vector<LayerRow> rows_;
    qint64 largest_ = 1;
    bool editable_ = true;
};

namespace {

/// Draws the share of parameters as a bar behind the number, and no padding but its own.
class LayerDelegate : public QStyledItemDelegate {
  public:
    LayerDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), theme_(theme) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const QRectF area = option.rect;
        if ((option.state & QStyle::State_Selected) != 0) {
            painter->fillRect(area, theme_.colour(Colour::accentSoft));
        } else if ((option.state & QStyle::State_MouseOver) != 0) {
            painter->fillRect(area, theme_.colour(Colour::raised));
        }
        double padding = 0;
        if (index.column() == kParameters) {
            const double length =
                index.data(kShareRole).toDouble() * std::min<double>(area.width(), theme_.px(72));
            painter->fillRect(
                QRectF(area.right() - length, area.top() + 2, length, area.height() - 4),
                theme_.colour(Colour::accent, theme_.isDark() ? 0.28 : 0.15));
            padding = theme_.scaled(kTextPadding);
        }
        double left = 0;
        if (const QVariant check = index.data(Qt::CheckStateRole); check.isValid()) {
            QStyleOptionButton box;
            box.rect = checkRect(option.rect);
            box.state = (check.toInt() == Qt::Checked ? QStyle::State_On : QStyle::State_Off) |
                        ((index.flags() & Qt::ItemIsUserCheckable) ? QStyle::State_Enabled
                                                                   : QStyle::State_None);
            option.widget->style()->drawPrimitive(QStyle::PE_IndicatorCheckBox, &box, painter,
                                                  option.widget);
            left = box.rect.width() + theme_.scaled(6);
        }
        painter->setFont(theme_.font(TextSize::body));
        painter->setPen(index.data(Qt::ForegroundRole).value<QColor>());
        const QString text = painter->fontMetrics().elidedText(
            index.data().toString(), Qt::ElideMiddle, int(area.width() - padding - left));
        painter->drawText(area.adjusted(left, 0, -padding, 0),
                          index.data(Qt::TextAlignmentRole).toInt(), text);
    }

    /// The whole cell is the check box's, for it is small.
    bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem&,
                     const QModelIndex& index) override {
        const bool click = event->type() == QEvent::MouseButtonRelease;
        const bool key = event->type() == QEvent::KeyPress &&
                         static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space;
        if (!(click || key) || !(index.flags() & Qt::ItemIsUserCheckable)) {
            return false;
        }
        const bool on = index.data(Qt::CheckStateRole).toInt() == Qt::Checked;
        return model->setData(index, int(on ? Qt::Unchecked : Qt::Checked), Qt::CheckStateRole);
    }

  private:
    QRect checkRect(const QRect& cell) const {
        const int side = theme_.px(13);
        return {cell.left(), cell.top() + (cell.height() - side) / 2, side, side};
    }

    const Theme& theme_;
};

}  // namespace

LayerTable::LayerTable(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      model_(new LayerModel(theme, this)),
      view_(new QTableView(this)),
      line_(new QFrame(this)),
      total_(new QLabel(tr("Total"), this)),
      totalNumber_(new QLabel(this)),
      detail_(new QLabel(this)) {
    view_->setModel(model_);
    model_->chosen = [this](const QString& layer, bool on) { Q_EMIT bayesianChosen(layer, on); };
    view_->setAccessibleName(tr("Layers"));
    view_->setItemDelegate(new LayerDelegate(theme, view_));
    view_->setHorizontalHeader(new PlainHeader(theme, 0, view_));
    view_->verticalHeader()->hide();
    view_->horizontalHeader()->setSectionResizeMode(kTitle, QHeaderView::Stretch);
    view_->horizontalHeader()->setSectionResizeMode(kOutput, QHeaderView::Fixed);
    view_->horizontalHeader()->setSectionResizeMode(kParameters, QHeaderView::Fixed);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setTabKeyNavigation(false);
    view_->setShowGrid(false);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view_->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view_->setMouseTracking(true);
    setRole(line_, Role::strongLine);
    setRole(total_, Role::strong);
    setRole(totalNumber_, Role::strong);
    setRole(detail_, Role::caption);
    detail_->setAlignment(Qt::AlignRight);

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(0);
    grid->addWidget(view_, 0, 0, 1, 2);
    grid->addWidget(line_, 1, 0, 1, 2);
    grid->addWidget(total_, 2, 0);
    grid->addWidget(totalNumber_, 2, 1, Qt::AlignRight);
    grid->addWidget(detail_, 3, 0, 1, 2);
    grid->setColumnStretch(0, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, &LayerTable::measure);
    setLayers({}, {});
}

void LayerTable::setLayers(const std::vector<LayerRow>& rows, const LayerTotals& totals) {
    model_->setRows(rows);
    totalNumber_->setText(countText(totals.parameters));
    QString detail = tr("%1 trainable").arg(countText(totals.trainable));
    if (totals.flops > 0) {
        detail += tr(", %1 an image forward").arg(operationsText(totals.flops));
    }
    detail_->setText(detail);
    measure();
}

void LayerTable::setEditable(bool on) {
    model_->setEditable(on);
}

void LayerTable::measure() {
    const int row = theme_.px(kRowHeight), header = theme_.px(kHeaderHeight);
    QFontMetrics metrics(theme_.font(TextSize::body));
    int output = 0;
    for (int i = 0; i < model_->rowCount(); ++i) {
        output = std::max(output,
                          metrics.horizontalAdvance(model_->index(i, kOutput).data().toString()));
    }
    view_->verticalHeader()->setMinimumSectionSize(1);
    view_->verticalHeader()->setDefaultSectionSize(row);
    view_->horizontalHeader()->setFixedHeight(header);
    view_->horizontalHeader()->resizeSection(kOutput, output + theme_.px(4));
    view_->horizontalHeader()->resizeSection(kParameters, theme_.px(kParameterWidth + 8));
    view_->setFixedHeight(header + row * model_->rowCount());
    const int padding = theme_.px(kTextPadding);
    total_->setFixedHeight(theme_.px(20));
    totalNumber_->setContentsMargins(0, 0, padding, 0);
    detail_->setContentsMargins(0, 0, padding, 0);
    updateGeometry();
}

}  // namespace shearbench::widgets
