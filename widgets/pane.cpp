// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pane.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/elided_label.h"
#include "widgets/figure.h"
#include "widgets/figure_export.h"
#include "widgets/icon.h"
#include "widgets/style.h"

namespace shearbench::widgets {
namespace {

constexpr double kHeader = 36, kButton = 24, kIcon = 16, kPad = 12, kEmptyIcon = 32,
                 kEmptyWidth = 400;
// A context cut to less says nothing.
constexpr int kLeastContext = 88;

}  // namespace

Pane::Pane(const Theme& theme, const QString& title, QWidget* parent)
    : QFrame(parent),
      theme_(theme),
      header_(new QWidget(this)),
      headerLayout_(new QHBoxLayout(header_)),
      title_(new QLabel(title, header_)),
      context_(new ElidedLabel(theme, TextSize::caption, Colour::text3, header_)),
      tools_(new QWidget(header_)),
      toolsLayout_(new QHBoxLayout(tools_)),
      body_(new QStackedWidget(this)),
      emptyPage_(new QWidget(body_)) {
    setRole(this, Role::pane);
    setAccessibleName(title);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    column->addWidget(header_);
    column->addWidget(body_, 1);
    buildHeader();
    buildEmptyPage();
    connect(&theme, &Theme::changed, this, &Pane::restyle);
    restyle();
    updateButtons();
}

Pane::~Pane() = default;

QToolButton* Pane::makeButton(const QString& icon, const QString& name, const QString& toolTip) {
    auto* button = new QToolButton(tools_);
    setRole(button, Role::mini);
    button->setIcon(themeIcon(theme_, icon, Colour::text2, Colour::accent));
    button->setAccessibleName(name);
    button->setToolTip(toolTip);
    button->setFocusPolicy(Qt::TabFocus);
    toolsLayout_->addWidget(button);
    return button;
}

void Pane::buildHeader() {
    setRole(title_, Role::title);
    headerLayout_->addWidget(title_);
    headerLayout_->addWidget(context_, 1);
    headerLayout_->addWidget(tools_);
    toolsLayout_->setContentsMargins(0, 0, 0, 0);
    context_->setLeastWidth(kLeastContext);
    export_ =
        makeButton(QStringLiteral("export"), tr("Copy or save"), tr("Copy or save the figure"));
    auto* menu = new QMenu(export_);
    menu->addAction(tr("Save figure…"), this, &Pane::saveFigureRequested);
    menu->addAction(tr("Copy figure"), this, &Pane::copyFigure);
    menu->addSeparator();
    menu->addAction(tr("Save numbers…"), this, &Pane::saveTableRequested);
    menu->addAction(tr("Copy numbers"), this, &Pane::copyTable);
    connect(export_, &QToolButton::clicked, this,
            [this, menu] { menu->popup(export_->mapToGlobal(QPoint(0, export_->height()))); });
    tableButton_ =
        makeButton(QStringLiteral("table"), tr("Show as table"), tr("Show the numbers (T)"));
    tableButton_->setCheckable(true);
    connect(tableButton_, &QToolButton::toggled, this, &Pane::showTable);
    maximise_ = makeButton(QStringLiteral("maximise"), tr("Fill the window"), QString());
    connect(maximise_, &QToolButton::clicked, this,
            [this] { Q_EMIT maximiseRequested(!maximised_); });
    header_->installEventFilter(this);
    setMaximised(false);
}

void Pane::buildEmptyPage() {
    emptyPicture_ = new QLabel(emptyPage_);
    emptyText_ = new QLabel(emptyPage_);
    emptyText_->setWordWrap(true);
    emptyText_->setAlignment(Qt::AlignCenter);
    emptyButton_ = new QPushButton(emptyPage_);
    emptyPage_->installEventFilter(this);
    body_->addWidget(emptyPage_);
    connect(emptyButton_, &QPushButton::clicked, this, &Pane::emptyButtonPressed);
}

// Keys that nothing inside the pane wanted. Not shortcuts: those of the window then come first
// instead of being ambiguous.
void Pane::keyPressEvent(QKeyEvent* event) {
    const bool plain = event->modifiers() == Qt::NoModifier;
    if (plain && event->key() == Qt::Key_F) {
        Q_EMIT maximiseRequested(!maximised_);
    } else if (plain && event->key() == Qt::Key_Escape && maximised_) {
        Q_EMIT maximiseRequested(false);
    } else if (plain && event->key() == Qt::Key_T && figure_ != nullptr && !empty_) {
        tableButton_->toggle();
    } else if (event->matches(QKeySequence::Copy) && figure_ != nullptr && !empty_) {
        showsTable() ? copyTable() : copyFigure();
    } else {
        QFrame::keyPressEvent(event);
    }
}

void Pane::setTitle(const QString& title) {
    title_->setText(title);
    setAccessibleName(title);
}

QString Pane::title() const {
    return title_->text();
}

void Pane::setContext(const QString& context) {
    context_->setFullText(context);
}

void Pane::addHeaderWidget(QWidget* widget) {
    toolsLayout_->insertWidget(toolsLayout_->indexOf(export_), widget);
}

void Pane::setContent(QWidget* content, Figure* figure) {
    const bool table = showsTable();
    if (content_ != nullptr && content_ != content) {
        body_->removeWidget(content_);
        content_->deleteLater();
    }
    delete table_;
    table_ = nullptr;
    content_ = content;
    figure_ = figure;
    body_->addWidget(content);
    updateButtons();
    showTable(table);
}

void Pane::setEmpty(const EmptyState& state) {
    empty_ = true;
    emptyIcon_ = state.icon;
    emptyText_->setText(state.text);
    emptyButton_->setText(state.button);
    emptyButton_->setVisible(!state.button.isEmpty());
    restyle();
    updateButtons();
    body_->setCurrentWidget(emptyPage_);
}

void Pane::setFilledWithData() {
    if (empty_) {
        empty_ = false;
        updateButtons();
        showTable(tableButton_->isChecked());
    }
}

bool Pane::showsTable() const {
    return table_ != nullptr && body_->currentWidget() == table_;
}

void Pane::showTable(bool on) {
    tableButton_->setChecked(on);
    if (empty_ || content_ == nullptr) {
        return;
    }
    if (!on || figure_ == nullptr) {
        body_->setCurrentWidget(content_);
        return;
    }
    if (table_ == nullptr) {
        table_ = new QTableView(body_);
        table_->setModel(figure_->figureTable());
        table_->setAccessibleName(tr("%1, numbers").arg(title()));
        table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
        table_->setSelectionMode(QAbstractItemView::ContiguousSelection);
        table_->setShowGrid(false);
        table_->setTabKeyNavigation(false);
        table_->verticalHeader()->hide();
        table_->horizontalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
        table_->horizontalHeader()->setHighlightSections(false);
        table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
        table_->installEventFilter(this);
        body_->addWidget(table_);
        restyle();
        // Only the first rows are measured: a long table must not be read to be shown.
        table_->horizontalHeader()->setResizeContentsPrecision(100);
        table_->resizeColumnsToContents();
    }
    body_->setCurrentWidget(table_);
}

void Pane::setMaximised(bool on) {
    maximised_ = on;
    maximise_->setIcon(
        themeIcon(theme_, on ? QStringLiteral("restore") : QStringLiteral("maximise")));
    maximise_->setAccessibleName(on ? tr("Back to all panes") : tr("Fill the window"));
    maximise_->setToolTip(on ? tr("Back to all panes (F or Esc)")
                             : tr("Fill the window (F, or double-click on the header)"));
}

void Pane::copyFigure() {
    if (figure_ != nullptr && !empty_) {
        copyFigureToClipboard(*figure_, content_->size());
    }
}

void Pane::copyTable() {
    if (figure_ != nullptr && !empty_) {
        QApplication::clipboard()->setText(tableText(*figure_->figureTable(), QLatin1Char('\t')));
    }
}

bool Pane::eventFilter(QObject* watched, QEvent* event) {
    if (watched == header_ && event->type() == QEvent::MouseButtonDblClick) {
        Q_EMIT maximiseRequested(!maximised_);
        return true;
    }
    if (watched == table_ && event->type() == QEvent::KeyPress) {
        // A table would take letters for a search.
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_F || key->key() == Qt::Key_T ||
            key->matches(QKeySequence::Copy)) {
            keyPressEvent(key);
            return true;
        }
    }
    if (watched == emptyPage_ && event->type() == QEvent::Resize) {
        arrangeEmptyPage();
    }
    return QFrame::eventFilter(watched, event);
}

void Pane::restyle() {
    // An audience is shown pictures, and whoever shows them has keys. Before the sizes below, which
    // a layout does not hear of while it is hidden.
    tools_->setVisible(!theme_.isPresentation());
    header_->setFixedHeight(theme_.px(kHeader));
    headerLayout_->setContentsMargins(theme_.px(kPad), 0, theme_.px(8), 0);
    for (QHBoxLayout* row : {headerLayout_, toolsLayout_}) {
        row->setSpacing(theme_.px(4));
    }
    title_->setContentsMargins(0, 0, theme_.px(8), 0);
    for (QToolButton* button : {export_, tableButton_, maximise_}) {
        button->setFixedSize(theme_.px(kButton), theme_.px(kButton));
        button->setIconSize({theme_.px(kIcon), theme_.px(kIcon)});
    }
    tools_->updateGeometry();
    headerLayout_->activate();
    if (table_ != nullptr) {
        table_->verticalHeader()->setDefaultSectionSize(theme_.px(22));
        table_->horizontalHeader()->setMinimumSectionSize(theme_.px(64));
    }
    arrangeEmptyPage();
}

void Pane::arrangeEmptyPage() {
    const int gap = theme_.px(kPad), icon = theme_.px(kEmptyIcon);
    if (!emptyIcon_.isEmpty()) {
        emptyPicture_->setPixmap(
            iconPixmap(emptyIcon_, icon, theme_.colour(Colour::text3), devicePixelRatioF()));
    }
    emptyText_->setFont(theme_.font(TextSize::body));
    const int page = emptyPage_->width();
    const int width = qMax(1, qMin(theme_.px(kEmptyWidth), page - 2 * gap));
    const int text = emptyText_->heightForWidth(width);
    const QSize button = emptyButton_->isVisibleTo(emptyPage_) ? emptyButton_->sizeHint() : QSize();
    // Where there is no room for everything the picture goes first.
    const int rest = text + (button.isValid() ? gap + button.height() : 0);
    const bool picture = !emptyIcon_.isEmpty() && rest + icon + gap <= emptyPage_->height();
    emptyPicture_->setVisible(picture);
    int y = qMax(0, (emptyPage_->height() - rest - (picture ? icon + gap : 0)) / 2);
    emptyPicture_->setGeometry((page - icon) / 2, y, icon, icon);
    y += picture ? icon + gap : 0;
    emptyText_->setGeometry((page - width) / 2, y, width, text);
    emptyButton_->setGeometry((page - button.width()) / 2, y + text + gap, button.width(),
                              button.height());
}

void Pane::updateButtons() {
    export_->setVisible(figure_ != nullptr);
    tableButton_->setVisible(figure_ != nullptr);
    export_->setEnabled(!empty_);
    tableButton_->setEnabled(!empty_);
}

}  // namespace shearbench::widgets
