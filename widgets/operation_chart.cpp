// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/operation_chart.h"

#include <QAbstractTableModel>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/number_text.h"
#include "widgets/plain_header.h"
#include "widgets/plain_table.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kRowHeight = 20, kHeaderHeight = 24, kBarHeight = 11;
constexpr int kNumberWidth = 68, kPeakWidth = 78, kIndent = 12;
constexpr int kPartRole = Qt::UserRole, kGroupRole = Qt::UserRole + 1;

enum Column { kName, kMethod, kBar, kTime, kShare, kRate, kPeak, kBandwidth, kColumns };

bool isText(int column) {
    return column == kName || column == kMethod || column == kBar;
}

QString headOf(int column) {
    switch (column) {
        case kName:
            return OperationChart::tr("Operation");
        case kMethod:
            return OperationChart::tr("Computed by");
        case kBar:
            return OperationChart::tr("Time of one step");
        case kTime:
            return QStringLiteral("µs");
        case kShare:
            return OperationChart::tr("% of step");
        case kRate:
            return QStringLiteral("GFLOP/s");
        case kPeak:
            return OperationChart::tr("% of peak");
        default:
            return QStringLiteral("GB/s");
    }
}

QString microseconds(double seconds) {
    const double value = 1e6 * seconds;
    return fixedText(value, value < 100 ? 1 : 0);
}

}  // namespace

class OperationModel : public QAbstractTableModel {
  public:
    OperationModel(const Theme& theme, QObject* parent)
        : QAbstractTableModel(parent), theme_(theme) {}

    struct Row {
        OperationRow operation;
        bool group;  ///< the sum of those that follow
    };

    void setScene(const OperationScene& scene) {
        beginResetModel();
        scene_ = scene;
        rows_.clear();
        longest_ = 0;
        for (const OperationGroup& group : scene.groups) {
            OperationRow sum;
            sum.name = group.title;
            for (const OperationRow& row : group.rows) {
                sum.seconds += row.seconds;
                longest_ = std::max(longest_, row.seconds);
            }
            rows_.push_back({sum, true});
            for (const OperationRow& row : group.rows) {
                rows_.push_back({row, false});
            }
        }
        endResetModel();
    }

    const OperationScene& scene() const { return scene_; }

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(rows_.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : kColumns;
    }

    QVariant data(const QModelIndex& index, int role) const override {
        const auto& [operation, group] = rows_[std::size_t(index.row())];
        switch (role) {
            case Qt::DisplayRole:
                return text(operation, index.column());
            case Qt::TextAlignmentRole:
                return int(Qt::AlignVCenter |
                           (isText(index.column()) ? Qt::AlignLeft : Qt::AlignRight));
            case Qt::ForegroundRole:
                return theme_.colour(index.column() == kMethod ? Colour::text2 : Colour::text);
            case kGroupRole:
                return group;
            case kPartRole:
                return index.column() == kPeak  ? std::min(1.0, operation.shareOfPeak)
                       : group || longest_ <= 0 ? 0.0
                                                : operation.seconds / longest_;
            default:
                return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        return columnHead(orientation, role, headOf(section), isText(section));
    }

  private:
    QString text(const OperationRow& operation, int column) const {
        const auto unless0 = [](double value, int decimals) {
            return value > 0 ? fixedText(value, decimals) : QString();
        };
        switch (column) {
            case kName:
                return operation.name;
            case kMethod:
                return operation.method;
            case kTime:
                return microseconds(operation.seconds);
            case kShare:
                return scene_.stepSeconds > 0
                           ? fixedText(100 * operation.seconds / scene_.stepSeconds, 1)
                           : QString();
            case kRate:
                return unless0(operation.gflops, operation.gflops < 1000 ? 1 : 0);
            case kPeak:
                return unless0(100 * operation.shareOfPeak, 0);
            case kBandwidth:
                return unless0(operation.gigabytes, 1);
            default:
                return {};
        }
    }

    const Theme& theme_;
    OperationScene scene_;
    std::vector<Row> rows_;
    double longest_ = 0;
};

namespace {

/// Draws the bars, and groups' first rows in heavier type.
class OperationDelegate : public QStyledItemDelegate {
  public:
    OperationDelegate(const Theme& theme, const OperationModel& model, QObject* parent)
        : QStyledItemDelegate(parent), theme_(theme), model_(model) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const QRectF area = option.rect;
        const bool group = index.data(kGroupRole).toBool();
        paintPlainBackground(*painter, theme_, option);
        if (group && index.row() > 0) {
            painter->fillRect(QRectF(area.left(), area.top(), area.width(), 1),
                              theme_.colour(Colour::border));
        }
        const double part = index.data(kPartRole).toDouble();
        if (index.column() == kBar) {
            const double height = theme_.scaled(kBarHeight);
            painter->fillRect(
                QRectF(area.left(), area.center().y() - height / 2,
                       part > 0 ? std::max(1.0, part * (area.width() - theme_.scaled(12))) : 0.0,
                       height),
                theme_.line(model_.scene().colour));
            return;
        }
        if (index.column() == kPeak) {
            paintPlainPart(*painter, theme_, option, part);
        }
        QStyleOptionViewItem cell = option;
        cell.rect.adjust(index.column() == kName && !group ? theme_.px(kIndent) : 0, 0, 0, 0);
        paintPlainText(*painter, theme_, cell, index, group ? int(QFont::DemiBold) : -1);
    }

  private:
    const Theme& theme_;
    const OperationModel& model_;
};

}  // namespace

OperationChart::OperationChart(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      model_(new OperationModel(theme, this)),
      view_(makePlainTable(theme, model_, tr("Operations of a step"), {kName, kBar}, this)) {
    view_->setItemDelegate(new OperationDelegate(theme, *model_, view_));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(view_);
    connect(&theme, &Theme::changed, this, &OperationChart::measure);
    measure();
}

void OperationChart::setScene(const OperationScene& scene) {
    model_->setScene(scene);
    measure();
}

void OperationChart::measure() {
    const QFontMetrics metrics(theme_.font(TextSize::body));
    int method = metrics.horizontalAdvance(headOf(kMethod));
    for (int row = 0; row < model_->rowCount(); ++row) {
        method = std::max(method,
                          metrics.horizontalAdvance(model_->index(row, kMethod).data().toString()));
    }
    QHeaderView* header = view_->horizontalHeader();
    measurePlainTable(theme_, *view_, kRowHeight, kHeaderHeight);
    header->resizeSection(kMethod, method + theme_.px(16));
    for (const int column : {kTime, kShare, kRate, kBandwidth}) {
        header->resizeSection(column, theme_.px(kNumberWidth));
    }
    header->resizeSection(kPeak, theme_.px(kPeakWidth));
}

QString OperationChart::csv() const {
    QString text =
        QStringLiteral("phase,operation,computed by,seconds,GFLOP/s,share of peak,GB/s\n");
    for (const OperationGroup& group : model_->scene().groups) {
        for (const OperationRow& row : group.rows) {
            text += QStringLiteral("%1,%2,%3,%4,%5,%6,%7\n")
                        .arg(group.title, row.name, row.method)
                        .arg(row.seconds, 0, 'g', 6)
                        .arg(row.gflops, 0, 'g', 6)
                        .arg(row.shareOfPeak, 0, 'g', 4)
                        .arg(row.gigabytes, 0, 'g', 6);
        }
    }
    return text;
}

}  // namespace shearbench::widgets
