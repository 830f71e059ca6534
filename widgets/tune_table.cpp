// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/tune_table.h"

#include <QAbstractTableModel>
#include <QHeaderView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "widgets/number_text.h"
#include "widgets/plain_header.h"
#include "widgets/plain_table.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kRowHeight = 22, kHeaderHeight = 24, kNumberWidth = 72;
constexpr double kFullGain = 4;
constexpr int kPartRole = Qt::UserRole, kSumRole = Qt::UserRole + 1;

enum Column { kName, kBefore, kAfter, kGain, kTried, kRefused, kColumns };

QString headOf(int column) {
    switch (column) {
        case kName:
            return TuneTable::tr("Layers");
        case kBefore:
            return TuneTable::tr("ms before");
        case kAfter:
            return TuneTable::tr("ms, best");
        case kGain:
            return TuneTable::tr("faster by");
        case kTried:
            return TuneTable::tr("tried");
        default:
            return TuneTable::tr("refused");
    }
}

double gainOf(const TuneRow& row) {
    return row.after > 0 ? row.before / row.after : 1;
}

}  // namespace

class TuneModel : public QAbstractTableModel {
  public:
    TuneModel(const Theme& theme, QObject* parent) : QAbstractTableModel(parent), theme_(theme) {}

    void setRows(std::vector<TuneRow> rows) {
        TuneRow sum;
        sum.name = TuneTable::tr("together");
        for (const TuneRow& row : rows) {
            sum.before += row.before;
            sum.after += row.after;
            sum.tried += row.tried;
            sum.refused += row.refused;
        }
        if (rows.size() > 1) {
            rows.push_back(sum);
        }
        beginResetModel();
        hasSum_ = rows.size() > 1;
        rows_ = std::move(rows);
        endResetModel();
    }

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(rows_.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : kColumns;
    }

    QVariant data(const QModelIndex& index, int role) const override {
        const TuneRow& row = rows_[std::size_t(index.row())];
        switch (role) {
            case Qt::DisplayRole:
                return text(row, index.column());
            case Qt::ToolTipRole:
                return index.column() == kName ? row.name : QString();
            case Qt::TextAlignmentRole:
                return int(Qt::AlignVCenter |
                           (index.column() == kName ? Qt::AlignLeft : Qt::AlignRight));
            case Qt::ForegroundRole:
                return theme_.colour(index.column() == kTried || index.column() == kRefused
                                         ? Colour::text2
                                         : Colour::text);
            case kPartRole:
                return index.column() == kGain
                           ? std::clamp(std::log(gainOf(row)) / std::log(kFullGain), 0.0, 1.0)
                           : 0.0;
            case kSumRole:
                return hasSum_ && index.row() == int(rows_.size()) - 1;
            default:
                return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (role == Qt::ToolTipRole && section == kRefused) {
            return TuneTable::tr("Ways that failed or computed something else");
        }
        return columnHead(orientation, role, headOf(section), section == kName);
    }

  private:
    static QString text(const TuneRow& row, int column) {
        const auto milliseconds = [](double seconds) {
            return fixedText(1e3 * seconds, seconds < 0.01 ? 3 : 2);
        };
        switch (column) {
            case kName:
                return row.name;
            case kBefore:
                return milliseconds(row.before);
            case kAfter:
                return milliseconds(row.after);
            case kGain:
                return row.after < row.before ? fixedText(gainOf(row), 2) + QStringLiteral(" ×")
                                              : QString();
            case kTried:
                return countText(row.tried);
            default:
                return row.refused > 0 ? countText(row.refused) : QString();
        }
    }

    const Theme& theme_;
    std::vector<TuneRow> rows_;
    bool hasSum_ = false;
};

namespace {

class TuneDelegate : public QStyledItemDelegate {
  public:
    TuneDelegate(const Theme& theme, QObject* parent)
        : QStyledItemDelegate(parent), theme_(theme) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const bool sum = index.data(kSumRole).toBool();
        paintPlainBackground(*painter, theme_, option);
        if (sum) {
            const QRect area = option.rect;
            painter->fillRect(area.left(), area.top(), area.width(), 1,
                              theme_.colour(Colour::borderStrong));
        }
        paintPlainPart(*painter, theme_, option, index.data(kPartRole).toDouble());
        paintPlainText(*painter, theme_, option, index, sum ? int(QFont::DemiBold) : -1);
    }

  private:
    const Theme& theme_;
};

}  // namespace

TuneTable::TuneTable(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      model_(new TuneModel(theme, this)),
      view_(makePlainTable(theme, model_, tr("What tuning found"), {kName}, this)) {
    view_->setItemDelegate(new TuneDelegate(theme, view_));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(view_);
    connect(&theme, &Theme::changed, this, &TuneTable::measure);
    measure();
}

void TuneTable::setRows(const std::vector<TuneRow>& rows) {
    model_->setRows(rows);
}

void TuneTable::measure() {
    QHeaderView* header = view_->horizontalHeader();
    measurePlainTable(theme_, *view_, kRowHeight, kHeaderHeight);
    for (int column = kBefore; column < kColumns; ++column) {
        header->resizeSection(column, theme_.px(kNumberWidth));
    }
}

}  // namespace shearbench::widgets
