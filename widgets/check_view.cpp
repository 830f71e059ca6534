// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/check_view.h"

#include <QAbstractTableModel>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <optional>

#include "widgets/icon.h"
#include "widgets/number_text.h"
#include "widgets/plain_header.h"
#include "widgets/plain_table.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kRowHeight = 20, kHeaderHeight = 24, kBarHeight = 9;
constexpr int kNumberWidth = 92, kIcon = 16;
constexpr double kLeast = 1e-9;  // of the scale, whose end is 1

enum Column { kName, kBar, kTypical, kMost, kLargest, kSize, kColumns };

bool isText(int column) {
    return column == kName || column == kBar;
}

QString headOf(int column) {
    switch (column) {
        case kName:
            return CheckView::tr("Tensor");
        case kBar:
            return CheckView::tr("Difference by size, 10⁻⁹ to 1, log scale");
        case kTypical:
            return CheckView::tr("typical");
        case kMost:
            return CheckView::tr("most so far");
        case kLargest:
            return CheckView::tr("largest");
        default:
            return CheckView::tr("size");
    }
}

QString tipOf(int column) {
    switch (column) {
        case kName:
            return CheckView::tr(
                "A layer's weights, biases or slopes; compared are their "
                "gradients, of averages that are not trained the values");
        case kBar:
            return CheckView::tr(
                "Typical difference divided by the numbers' size, of the newest "
                "step and, pale, the most of any step; the upright line is what "
                "rounding explains");
        case kTypical:
            return CheckView::tr(
                "Root mean square of the differences of the newest step, divided "
                "by the numbers' size");
        case kMost:
            return CheckView::tr("The largest typical difference of all steps compared");
        case kLargest:
            return CheckView::tr(
                "Of any single number in the newest step, not divided by "
                "anything");
        default:
            return CheckView::tr("Root mean square of the numbers themselves");
    }
}

QString differenceText(double value) {
    return std::isnan(value) ? CheckView::tr("not finite") : shortText(value, 2);
}

/// Where a value lies on the scale, 0 to 1.
double placeOf(double value) {
    return value > kLeast ? std::min(1.0, 1 - std::log10(value) / std::log10(kLeast)) : 0;
}

Colour colourOf(CheckScene::Verdict verdict) {
    switch (verdict) {
        case CheckScene::Verdict::agree:
            return Colour::ok;
        case CheckScene::Verdict::differ:
            return Colour::warn;
        case CheckScene::Verdict::broken:
            break;
    }
    return Colour::fail;
}

}  // namespace

class CheckModel : public QAbstractTableModel {
  public:
    CheckModel(const Theme& theme, QObject* parent) : QAbstractTableModel(parent), theme_(theme) {}

    /// The same tensors keep place and selection.
    void setScene(const CheckScene& scene) {
        const bool same = scene.rows.size() == scene_.rows.size();
        if (!same) {
            beginResetModel();
        }
        scene_ = scene;
        if (!same) {
            endResetModel();
        } else if (!scene.rows.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(int(scene.rows.size()) - 1, kColumns - 1));
        }
    }
    const CheckScene& scene() const { return scene_; }
    const CheckRow& row(const QModelIndex& index) const {
        return scene_.rows[std::size_t(index.row())];
    }
    /// Of a value; nothing where it is usual.
    std::optional<Colour> alarm(double value) const {
        if (!(value <= scene_.limit)) {
            return Colour::fail;
        }
        return value > scene_.tolerance ? std::optional(Colour::warn) : std::nullopt;
    }

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(scene_.rows.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : kColumns;
    }

    QVariant data(const QModelIndex& index, int role) const override {
        switch (role) {
            case Qt::DisplayRole:
                return text(index);
            case Qt::TextAlignmentRole:
                return int(Qt::AlignVCenter |
                           (isText(index.column()) ? Qt::AlignLeft : Qt::AlignRight));
            case Qt::ForegroundRole:
                return theme_.colour(colour(index));
            case Qt::AccessibleTextRole:
                return index.column() == kBar ? text(this->index(index.row(), kTypical))
                                              : text(index);
            default:
                return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (role == Qt::ToolTipRole && orientation == Qt::Horizontal) {
            return tipOf(section);
        }
        return columnHead(orientation, role, headOf(section), isText(section));
    }

  private:
    QString text(const QModelIndex& index) const {
        const CheckRow& row = this->row(index);
        switch (index.column()) {
            case kName:
                return row.name;
            case kTypical:
                return differenceText(row.typical);
            case kMost:
                return differenceText(row.most);
            case kLargest:
                return differenceText(row.largest);
            case kSize:
                return differenceText(row.size);
            default:
                return {};
        }
    }

    Colour colour(const QModelIndex& index) const {
        const CheckRow& row = this->row(index);
        const bool quiet = index.column() == kLargest || index.column() == kSize;
        const auto found = index.column() == kTypical ? alarm(row.typical)
                           : index.column() == kMost  ? alarm(row.most)
                                                      : std::nullopt;
        return found.value_or(quiet ? Colour::text2 : Colour::text);
    }

    const Theme& theme_;
    CheckScene scene_;
};

namespace {

class CheckDelegate : public QStyledItemDelegate {
  public:
    CheckDelegate(const Theme& theme, const CheckModel& model, QObject* parent)
        : QStyledItemDelegate(parent), theme_(theme), model_(model) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        paintPlainBackground(*painter, theme_, option);
        if (index.column() == kBar) {
            paintBar(*painter, option.rect, model_.row(index));
        } else {
            paintPlainText(*painter, theme_, option, index);
        }
    }

  private:
    void paintBar(QPainter& painter, const QRectF& area, const CheckRow& row) const {
        const double width = area.width() - theme_.scaled(16), height = theme_.scaled(kBarHeight);
        const double line = area.left() + placeOf(model_.scene().tolerance) * width;
        const auto fill = [&](double value, double alpha) {
            const double top = area.center().y() - height / 2;
            const double end = area.left() + (std::isnan(value) ? 1 : placeOf(value)) * width;
            QColor colour = theme_.line(model_.scene().colour);
            colour.setAlphaF(alpha);
            painter.fillRect(QRectF(area.left(), top, std::min(end, line) - area.left(), height),
                             colour);
            // Only what is beyond the tolerance alarms.
            if (const std::optional<Colour> alarm = model_.alarm(value)) {
                painter.fillRect(QRectF(line, top, end - line, height),
                                 theme_.colour(*alarm, alpha));
            }
        };
        fill(row.most, theme_.isDark() ? 0.4 : 0.3);
        fill(row.typical, 1);
        painter.fillRect(QRectF(std::round(line), area.top(), 1, area.height()),
                         theme_.colour(Colour::text3));
    }

    const Theme& theme_;
    const CheckModel& model_;
};

}  // namespace

CheckView::CheckView(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      model_(new CheckModel(theme, this)),
      icon_(new QLabel(this)),
      headline_(new QLabel(this)),
      detail_(new QLabel(this)),
      view_(makePlainTable(theme, model_, tr("Differences of two devices"), {kBar}, this)) {
    setRole(headline_, Role::title);
    setRole(detail_, Role::remark);
    for (QLabel* words : {headline_, detail_}) {
        words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        words->setWordWrap(true);
    }
    view_->setItemDelegate(new CheckDelegate(theme, *model_, view_));
    auto* words = new QVBoxLayout;
    words->setContentsMargins(0, 0, 0, 0);
    words->setSpacing(0);
    words->addWidget(headline_);
    words->addWidget(detail_);
    auto* head = new QHBoxLayout;
    head->addWidget(icon_, 0, Qt::AlignTop);
    head->addLayout(words, 1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(head);
    column->addWidget(view_, 1);
    connect(&theme, &Theme::changed, this, &CheckView::measure);
    measure();
}

void CheckView::setScene(const CheckScene& scene) {
    const bool other = scene.rows.size() != model_->scene().rows.size() ||
                       scene.verdict != model_->scene().verdict;
    model_->setScene(scene);
    headline_->setText(scene.headline);
    detail_->setText(scene.detail);
    if (other) {
        measure();
    }
}

const CheckScene& CheckView::scene() const {
    return model_->scene();
}

void CheckView::measure() {
    layout()->setContentsMargins(theme_.px(12), 0, theme_.px(8), theme_.px(4));
    layout()->setSpacing(theme_.px(6));
    const CheckScene::Verdict verdict = model_->scene().verdict;
    icon_->setPixmap(iconPixmap(
        verdict == CheckScene::Verdict::agree ? QStringLiteral("check") : QStringLiteral("warning"),
        theme_.px(kIcon), theme_.colour(colourOf(verdict)), devicePixelRatioF()));
    icon_->setContentsMargins(0, theme_.px(2), 0, 0);
    const QFontMetrics metrics(theme_.font(TextSize::body));
    int name = metrics.horizontalAdvance(headOf(kName));
    for (const CheckRow& row : model_->scene().rows) {
        name = std::max(name, metrics.horizontalAdvance(row.name));
    }
    QHeaderView* header = view_->horizontalHeader();
    measurePlainTable(theme_, *view_, kRowHeight, kHeaderHeight);
    header->resizeSection(kName, name + theme_.px(16));
    for (const int column : {kTypical, kMost, kLargest, kSize}) {
        header->resizeSection(column, theme_.px(kNumberWidth));
    }
}

}  // namespace shearbench::widgets
