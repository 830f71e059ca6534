// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/log_view.h"

#include <QAbstractTableModel>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <deque>

#include "widgets/icon.h"
#include "widgets/number_text.h"
#include "widgets/segmented.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr std::size_t kMostLines = 10'000;
constexpr int kLevelRole = Qt::UserRole;
enum Column { kTime, kLevel, kText, kColumns };

QString levelText(LogLevel level) {
    switch (level) {
        case LogLevel::detail:
            return LogView::tr("detail");
        case LogLevel::information:
            return LogView::tr("information");
        case LogLevel::warning:
            return LogView::tr("warning");
        case LogLevel::error:
            break;
    }
    return LogView::tr("error");
}

}  // namespace

class LogModel : public QAbstractTableModel {
  public:
    struct Line {
        QDateTime when;
        LogLevel level;
        QString text;
    };

    LogModel(const Theme& theme, QObject* parent) : QAbstractTableModel(parent), theme_(theme) {}

    void append(Line line) {
        if (lines_.size() == kMostLines) {
            beginRemoveRows({}, 0, 0);
            lines_.pop_front();
            endRemoveRows();
        }
        beginInsertRows({}, int(lines_.size()), int(lines_.size()));
        lines_.push_back(std::move(line));
        endInsertRows();
    }

    void clear() {
        beginResetModel();
        lines_.clear();
        endResetModel();
    }

    const Line& line(int row) const { return lines_[std::size_t(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : int(lines_.size());
    }
    int columnCount(const QModelIndex& parent = {}) const override {
        return parent.isValid() ? 0 : kColumns;
    }

    QVariant data(const QModelIndex& index, int role) const override {
        const Line& line = lines_[std::size_t(index.row())];
        switch (role) {
            case Qt::DisplayRole:
                return index.column() == kTime    ? line.when.toString(QStringLiteral("HH:mm:ss"))
                       : index.column() == kLevel ? levelText(line.level)
                                                  : line.text;
            case Qt::ToolTipRole:
                return index.column() == kTime
                           ? line.when.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss"))
                       : index.column() == kText ? line.text
                                                 : QString();
            case Qt::ForegroundRole:
                return colour(line.level, index.column());
            case Qt::FontRole:
                return index.column() == kTime ? theme_.font(TextSize::caption)
                                               : theme_.font(TextSize::body);
            case kLevelRole:
                return int(line.level);
            default:
                return {};
        }
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override {
        if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
            return {};
        }
        return section == kTime    ? LogView::tr("Time")
               : section == kLevel ? LogView::tr("Level")
                                   : LogView::tr("What happened");
    }

    void repaintAll() {
        if (!lines_.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kColumns - 1));
        }
    }

  private:
    QColor colour(LogLevel level, int column) const {
        if (column == kLevel && level == LogLevel::error) {
            return theme_.colour(Colour::fail);
        }
        if (column == kLevel && level == LogLevel::warning) {
            return theme_.colour(Colour::warn);
        }
        const bool quiet = column != kText || level == LogLevel::detail;
        return theme_.colour(quiet ? Colour::text3 : Colour::text);
    }

    const Theme& theme_;
    std::deque<Line> lines_;
};

class LogFilter : public QSortFilterProxyModel {
  public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setLevel(int level) {
        level_ = level;
        invalidateFilter();
    }
    void setText(const QString& text) {
        text_ = text;
        invalidateFilter();
    }

  protected:
    bool filterAcceptsRow(int row, const QModelIndex&) const override {
        const QModelIndex index = sourceModel()->index(row, kText);
        return index.data(kLevelRole).toInt() >= level_ &&
               index.data().toString().contains(text_, Qt::CaseInsensitive);
    }

  private:
    int level_ = int(LogLevel::information);
    QString text_;
};

namespace {

/// Cells that begin where their heads do, without a frame around the current one.
class LogDelegate : public QStyledItemDelegate {
  public:
    LogDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), theme_(theme) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        if ((option.state & QStyle::State_Selected) != 0) {
            painter->fillRect(option.rect, theme_.colour(Colour::accentSoft));
        }
        const QRect area = option.rect.adjusted(theme_.px(8), 0, -theme_.px(4), 0);
        painter->setFont(index.data(Qt::FontRole).value<QFont>());
        painter->setPen(index.data(Qt::ForegroundRole).value<QColor>());
        painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                          painter->fontMetrics().elidedText(index.data().toString(), Qt::ElideRight,
                                                            area.width()));
    }

  private:
    const Theme& theme_;
};

}  // namespace

LogView::LogView(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      model_(new LogModel(theme, this)),
      shown_(new LogFilter(this)),
      view_(new QTableView(this)) {
    build();
    shown_->setSourceModel(model_);
    view_->setModel(shown_);
    view_->horizontalHeader()->setSectionResizeMode(kText, QHeaderView::Stretch);
    connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
        shown_->setText(text);
        showCount();
    });
    connect(levels_, &Segmented::chosen, this, [this](const QString& id) {
        shown_->setLevel(id.toInt());
        showCount();
    });
    connect(copy_, &QPushButton::clicked, this, &LogView::copy);
    connect(&theme, &Theme::changed, this, [this] {
        measure();
        model_->repaintAll();
    });
    measure();
    showCount();
}

void LogView::build() {
    view_->setAccessibleName(tr("Log"));
    view_->setItemDelegate(new LogDelegate(theme_, view_));
    view_->verticalHeader()->hide();
    view_->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view_->horizontalHeader()->setHighlightSections(false);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setTabKeyNavigation(false);
    view_->setShowGrid(false);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setWordWrap(false);
    filter_ = new QLineEdit(this);
    filter_->setPlaceholderText(tr("Filter"));
    filter_->setAccessibleName(tr("Filter"));
    filter_->setClearButtonEnabled(true);
    filter_->addAction(themeIcon(theme_, QStringLiteral("search"), Colour::text3),
                       QLineEdit::LeadingPosition);
    levels_ = new Segmented(theme_, this);
    std::vector<Segmented::Item> items;
    for (LogLevel level :
         {LogLevel::detail, LogLevel::information, LogLevel::warning, LogLevel::error}) {
        items.push_back(
            {QString::number(int(level)), levelText(level), tr("Show this and what is graver")});
    }
    levels_->setItems(items);
    levels_->setCurrent(QString::number(int(LogLevel::information)));
    count_ = new QLabel(this);
    setRole(count_, Role::caption);
    copy_ = new QPushButton(tr("Copy"), this);
    copy_->setIcon(themeIcon(theme_, QStringLiteral("copy")));
    copy_->setToolTip(tr("Copy the chosen lines, or all that are shown"));
    auto* action = new QAction(this);
    action->setShortcut(QKeySequence::Copy);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    view_->addAction(action);
    connect(action, &QAction::triggered, this, &LogView::copy);

    auto* bar = new QHBoxLayout;
    bar->addWidget(filter_);
    bar->addWidget(levels_);
    bar->addStretch(1);
    bar->addWidget(count_);
    bar->addWidget(copy_);
    auto* column = new QVBoxLayout(this);
    column->addLayout(bar);
    column->addWidget(view_, 1);
}

void LogView::measure() {
    layout()->setContentsMargins(theme_.px(12), theme_.px(8), theme_.px(12), theme_.px(8));
    layout()->setSpacing(theme_.px(8));
    filter_->setFixedWidth(theme_.px(220));
    levels_->setFixedWidth(theme_.px(340));
    view_->verticalHeader()->setMinimumSectionSize(1);
    view_->verticalHeader()->setDefaultSectionSize(theme_.px(22));
    view_->horizontalHeader()->resizeSection(kTime, theme_.px(76));
    view_->horizontalHeader()->resizeSection(kLevel, theme_.px(92));
}

void LogView::append(const QDateTime& when, LogLevel level, const QString& text) {
    const QScrollBar* bar = view_->verticalScrollBar();
    const bool follows = bar->value() >= bar->maximum();
    model_->append({when, level, text});
    if (follows) {
        view_->scrollToBottom();
    }
    showCount();
}

void LogView::clear() {
    model_->clear();
    showCount();
}

int LogView::lines() const {
    return model_->rowCount();
}

int LogView::shownLines() const {
    return shown_->rowCount();
}

void LogView::setLevel(LogLevel least) {
    levels_->setCurrent(QString::number(int(least)));
    shown_->setLevel(int(least));
    showCount();
}

void LogView::setFilter(const QString& text) {
    filter_->setText(text);
}

void LogView::showCount() {
    count_->setText(lines() == shownLines()
                        ? tr("%1 lines").arg(countText(lines()))
                        : tr("%1 of %2 lines").arg(countText(shownLines()), countText(lines())));
    copy_->setEnabled(shownLines() > 0);
}

QString LogView::text() const {
    std::vector<int> rows;
    for (const QModelIndex& index : view_->selectionModel()->selectedRows()) {
        rows.push_back(index.row());
    }
    if (rows.empty()) {
        for (int row = 0; row < shownLines(); ++row) {
            rows.push_back(row);
        }
    }
    std::sort(rows.begin(), rows.end());
    QString text;
    for (int row : rows) {
        const LogModel::Line& line = model_->line(shown_->mapToSource(shown_->index(row, 0)).row());
        text += line.when.toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) + QStringLiteral("  ") +
                levelText(line.level).leftJustified(11) + QStringLiteral("  ") + line.text + '\n';
    }
    return text;
}

void LogView::copy() {
    QApplication::clipboard()->setText(text());
}

}  // namespace shearbench::widgets
