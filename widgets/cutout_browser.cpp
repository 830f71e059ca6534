// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cutout_browser.h"

#include <QAbstractButton>
#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "widgets/cutout_grid.h"
#include "widgets/elided_label.h"
#include "widgets/form.h"
#include "widgets/icon.h"
#include "widgets/number_text.h"
#include "widgets/segmented.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kStretchSteps = 50;  // either way
constexpr int kQSteps = 100;
constexpr double kLeastQ = 0.1, kQRange = 500;

double qOfSlider(int value) {
    return kLeastQ * std::pow(kQRange, double(value) / kQSteps);
}

int qSliderOf(double q) {
    const double part = std::log(std::max(q, kLeastQ) / kLeastQ) / std::log(kQRange);
    return std::min(kQSteps, qRound(part * kQSteps));
}

int checkedOf(const QActionGroup& group) {
    return group.checkedAction() != nullptr ? group.checkedAction()->data().toInt() : 0;
}

QString partCondition(int part) {
    static const QStringList kParts{"train", "val", "test"};
    return QStringLiteral("split = ") + kParts.value(part);
}

}  // namespace

CutoutBrowser::CutoutBrowser(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      model_(new CutoutModel(this)),
      grid_(new CutoutGrid(theme, this)) {
    build();
    grid_->setModel(model_);
    connect(grid_, &CutoutGrid::pixelsWanted, this, &CutoutBrowser::pixelsWanted);
    connect(grid_, &QAbstractItemView::activated, this,
            [this](const QModelIndex& index) { Q_EMIT activated(model_->row(index.row())); });
    connect(grid_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& current) {
                if (!quiet_ && current.isValid()) {
                    selected_ = model_->row(current.row());
                    showCount();
                    Q_EMIT selectionChanged(selected_);
                }
            });
    connect(&theme, &Theme::changed, this, &CutoutBrowser::measure);
    measure();
    setCatalogue(nullptr);
}

void CutoutBrowser::build() {
    filter_ = new QLineEdit(this);
    filter_->addAction(themeIcon(theme_, QStringLiteral("filter"), Colour::text3),
                       QLineEdit::LeadingPosition);
    filter_->setClearButtonEnabled(true);
    filter_->setAccessibleName(tr("Filter"));
    sort_ = new QComboBox(this);
    sort_->setAccessibleName(tr("Order"));
    part_ = new QComboBox(this);
    part_->setAccessibleName(tr("Part of the split"));
    part_->addItems({tr("All parts"), tr("Training"), tr("Validation"), tr("Test")});
    bands_ = new Segmented(theme_, this);
    manyBands_ = new QComboBox(this);
    manyBands_->setAccessibleName(tr("Band"));
    buildStretchMenu();
    stretch_ = new QSlider(Qt::Horizontal, this);
    stretch_->setAccessibleName(tr("Stretch"));
    stretch_->setToolTip(tr("Right: faint parts brighter."));
    stretch_->setRange(-kStretchSteps, kStretchSteps);
    q_ = new QSlider(Qt::Horizontal, this);
    q_->setAccessibleName(tr("Q of the colour picture"));
    q_->setToolTip(tr("Lupton’s Q, for colour. Right: more of the bright centres."));
    q_->setRange(0, kQSteps);
    count_ = new QLabel(this);
    setRole(count_, Role::caption);
    remark_ = new ElidedLabel(theme_, TextSize::caption, Colour::text3, this);
    problem_ = new QLabel(this);
    setRole(problem_, Role::problem);
    problem_->hide();

    bar_ = new QHBoxLayout;
    bar_->addWidget(filter_, 3);
    bar_->addWidget(sort_);
    bar_->addWidget(part_);
    picture_ = new QWidget(this);
    auto* pictureRow = new QHBoxLayout(picture_);
    pictureRow->setContentsMargins(0, 0, 0, 0);
    const auto named = [this](const QString& text, QWidget* field) {
        auto* label = new QLabel(text, this);
        setRole(label, Role::caption);
        label->setBuddy(field);
        return label;
    };
    qName_ = named(tr("Q"), q_);
    pictureRow->addWidget(bands_);
    pictureRow->addWidget(manyBands_);
    pictureRow->addWidget(stretchMenu_);
    pictureRow->addWidget(named(tr("Stretch"), stretch_));
    pictureRow->addWidget(stretch_);
    pictureRow->addWidget(qName_);
    pictureRow->addWidget(q_);
    bar_->addWidget(picture_);
    bar_->addWidget(count_);
    bar_->addWidget(remark_, 1);
    second_ = new QHBoxLayout;
    auto* column = new QVBoxLayout(this);
    column->addLayout(bar_);
    column->addLayout(second_);
    column->addWidget(problem_);
    column->addWidget(grid_, 1);

    connect(filter_, &QLineEdit::textChanged, this, &CutoutBrowser::applyFilter);
    connect(sort_, QOverload<int>::of(&QComboBox::currentIndexChanged), this,
            &CutoutBrowser::applySort);
    connect(part_, QOverload<int>::of(&QComboBox::currentIndexChanged), this,
            &CutoutBrowser::applyFilter);
    connect(bands_, &Segmented::chosen, this, &CutoutBrowser::readDisplay);
    connect(manyBands_, QOverload<int>::of(&QComboBox::activated), this,
            &CutoutBrowser::readDisplay);
    for (QActionGroup* group : {curve_, limits_}) {
        connect(group, &QActionGroup::triggered, this, &CutoutBrowser::readDisplay);
    }
    connect(sameLimits_, &QAction::toggled, this, &CutoutBrowser::readDisplay);
    for (QSlider* slider : {stretch_, q_}) {
        connect(slider, &QSlider::valueChanged, this, &CutoutBrowser::readDisplay);
    }
}

/// Curves and limits of single bands; a colour picture has its own.
void CutoutBrowser::buildStretchMenu() {
    stretchMenu_ = new QToolButton(this);
    setRole(stretchMenu_, Role::pick);
    stretchMenu_->setAccessibleName(tr("Curve and limits"));
    stretchMenu_->setToolTip(tr("Curve and limits of single bands"));
    stretchMenu_->setToolButtonStyle(Qt::ToolButtonTextOnly);
    stretchMenu_->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(stretchMenu_);
    const auto addGroup = [&](const QString& title, const QStringList& names) {
        auto* group = new QActionGroup(menu);
        menu->addSection(title);
        for (const QString& name : names) {
            QAction* action = menu->addAction(name);
            action->setCheckable(true);
            action->setData(group->actions().size());
            group->addAction(action);
        }
        return group;
    };
    curve_ = addGroup(tr("Curve"), {tr("Linear"), tr("Square root"), tr("Logarithm"), tr("Asinh")});
    limits_ = addGroup(tr("Limits"), {tr("From the sky to the brightest"), tr("Zscale"),
                                      tr("99.5 % of the pixels"), tr("Smallest to largest")});
    menu->addSeparator();
    sameLimits_ = menu->addAction(tr("The same limits for all galaxies"));
    sameLimits_->setCheckable(true);
    sameLimits_->setToolTip(tr("Else each galaxy has limits of its own"));
    stretchMenu_->setMenu(menu);
}

QSize CutoutBrowser::minimumSizeHint() const {
    return {theme_.px(480), theme_.px(160)};
}

void CutoutBrowser::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
    showCount();
}

/// On narrow windows what concerns the pictures goes to a row of its own.
void CutoutBrowser::arrange() {
    const bool wide = width() >= theme_.px(1180);
    if (wide == wide_) {
        return;
    }
    wide_ = wide;
    bar_->removeWidget(picture_);
    second_->removeWidget(picture_);
    if (wide) {
        bar_->insertWidget(3, picture_);
    } else {
        second_->addWidget(picture_, 0, Qt::AlignLeft);
    }
}

void CutoutBrowser::measure() {
    layout()->setContentsMargins(theme_.px(12), theme_.px(8), theme_.px(12), theme_.px(8));
    layout()->setSpacing(theme_.px(8));
    bar_->setSpacing(theme_.px(8));
    picture_->layout()->setSpacing(theme_.px(8));
    filter_->setMinimumWidth(theme_.px(150));
    sort_->setFixedWidth(theme_.px(144));
    part_->setFixedWidth(theme_.px(100));
    filter_->setMaximumWidth(theme_.px(260));
    stretch_->setFixedWidth(theme_.px(80));
    q_->setFixedWidth(theme_.px(56));
    measureBands();
}

void CutoutBrowser::measureBands() {
    const QFontMetrics metrics(theme_.font(TextSize::body, QFont::DemiBold));
    for (auto* button : bands_->findChildren<QAbstractButton*>()) {
        button->setFixedWidth(
            std::max(theme_.px(32), metrics.horizontalAdvance(button->text()) + theme_.px(12)));
    }
}

void CutoutBrowser::setCatalogue(std::shared_ptr<const CutoutCatalogue> catalogue) {
    quiet_ = true;
    catalogue_ = std::move(catalogue);
    model_->setCatalogue(catalogue_);
    selected_ = -1;
    fillChoices();
    quiet_ = false;
    showDisplay();
    grid_->setEmptyText(catalogue_ ? tr("No galaxy passes this filter.")
                                   : tr("The galaxies of a file appear here once one is open."));
    applyFilter();
    Q_EMIT displayChanged();
}

void CutoutBrowser::fillChoices() {
    const bool open = catalogue_ != nullptr;
    sort_->clear();
    sort_->addItem(tr("In the file's order"), QVariantList{-1, false});
    std::vector<Segmented::Item> bands;
    QStringList names;
    if (open) {
        for (std::size_t i = 0; i < catalogue_->table.columns.size(); ++i) {
            const RowTable::Column& column = catalogue_->table.columns[i];
            const bool words = !column.words.isEmpty();
            names << column.name;
            sort_->addItem((words ? tr("%1, Z to A") : tr("%1, largest first")).arg(column.name),
                           QVariantList{int(i), true});
            sort_->addItem((words ? tr("%1, A to Z") : tr("%1, smallest first")).arg(column.name),
                           QVariantList{int(i), false});
        }
        const CutoutFormat& format = catalogue_->format;
        if (format.colour) {
            bands.push_back({QStringLiteral("-1"), tr("Colour"), tr("Red, green and blue light")});
        }
        const QStringList all = bandNames(format);
        for (int i = 0; i < all.size(); ++i) {
            bands.push_back({QString::number(i), all[i], tr("Band %1").arg(all[i])});
        }
    }
    constexpr std::size_t kMostButtons = 11;
    const bool many = bands.size() > kMostButtons;
    manyBands_->clear();
    for (const Segmented::Item& band : bands) {
        manyBands_->addItem(band.title, band.id);
    }
    bands_->setItems(many ? std::vector<Segmented::Item>() : bands);
    bands_->setVisible(!many);
    manyBands_->setVisible(many);
    picture_->setVisible(open);
    measureBands();
    CutoutDisplay display = model_->display();
    display.band = bands.empty() ? -1 : bands.front().id.toInt();
    model_->setDisplay(display);
    part_->setVisible(open && !catalogue_->table.split.empty());
    part_->setCurrentIndex(0);
    filter_->setPlaceholderText(
        names.isEmpty() ? tr("Filter")
        : catalogue_->snr >= 0
            ? tr("Filter: %1 > 50")
                  .arg(catalogue_->table.columns[std::size_t(catalogue_->snr)].name)
            : tr("Filter: %1 > 1").arg(names.front()));
    filter_->setToolTip(tr("Columns: %1").arg(names.join(QStringLiteral(", "))));
    for (QWidget* widget : {static_cast<QWidget*>(filter_), static_cast<QWidget*>(sort_),
                            static_cast<QWidget*>(stretch_), static_cast<QWidget*>(q_)}) {
        widget->setEnabled(open);
    }
}

void CutoutBrowser::applyFilter() {
    if (quiet_) {
        return;
    }
    RowFilter::Problem problem;
    RowFilter filter, part;
    if (catalogue_) {
        filter = RowFilter::parse(filter_->text(), catalogue_->table, &problem);
        RowFilter::Problem none;
        if (part_->currentIndex() > 0) {
            part = RowFilter::parse(partCondition(part_->currentIndex() - 1), catalogue_->table,
                                    &none);
        }
    }
    setBad(filter_, !problem.text.isEmpty());
    filter_->setAccessibleDescription(problem.text);
    problem_->setText(problem.text);
    problem_->setVisible(!problem.text.isEmpty());
    if (problem.text.isEmpty()) {
        reorder([&] { model_->setFilter(filter, part); });
    }
}

void CutoutBrowser::applySort() {
    if (quiet_) {
        return;
    }
    const QVariantList choice = sort_->currentData().toList();
    if (choice.size() == 2) {
        reorder([&] { model_->setOrder(choice[0].toInt(), choice[1].toBool()); });
    }
}

/// Changes places and keeps the chosen row.
void CutoutBrowser::reorder(const std::function<void()>& change) {
    quiet_ = true;
    change();
    const int place = model_->place(selected_);
    if (place >= 0) {
        grid_->setCurrentIndex(model_->index(place));
        grid_->scrollTo(model_->index(place), QAbstractItemView::PositionAtCenter);
    }
    quiet_ = false;
    showCount();
    Q_EMIT orderChanged();
}

void CutoutBrowser::readDisplay() {
    if (quiet_) {
        return;
    }
    CutoutDisplay display = model_->display();
    const QString band =
        bands_->isHidden() ? manyBands_->currentData().toString() : bands_->current();
    display.band = band.isEmpty() ? -1 : band.toInt();
    display.stretch = double(stretch_->value()) / kStretchSteps;
    display.curve = static_cast<analysis::Curve>(checkedOf(*curve_));
    display.limits = static_cast<Limits>(checkedOf(*limits_));
    if (display.limits != Limits::common && sameLimits_->isEnabled()) {
        display.sameLimits = sameLimits_->isChecked();
    }
    // A Q that the slider stands for is kept as it was set.
    if (q_->value() != qSliderOf(display.q)) {
        display.q = qOfSlider(q_->value());
    }
    setDisplay(display);
    Q_EMIT displayChanged();
}

void CutoutBrowser::setDisplay(const CutoutDisplay& display) {
    model_->setDisplay(display);
    showDisplay();
}

CutoutDisplay CutoutBrowser::display() const {
    return model_->display();
}

void CutoutBrowser::showDisplay() {
    quiet_ = true;
    const CutoutDisplay& display = model_->display();
    bands_->setCurrent(QString::number(display.band));
    manyBands_->setCurrentIndex(std::max(0, manyBands_->findData(QString::number(display.band))));
    stretch_->setValue(qRound(display.stretch * kStretchSteps));
    q_->setValue(qSliderOf(display.q));
    curve_->actions()[int(display.curve)]->setChecked(true);
    limits_->actions()[int(display.limits)]->setChecked(true);
    const bool single = display.band >= 0 || !catalogue_ || !catalogue_->format.colour;
    q_->setVisible(!single);
    qName_->setVisible(!single);
    stretchMenu_->setVisible(single);
    stretchMenu_->setText(curve_->checkedAction()->text());
    const bool common = display.limits == Limits::common;
    sameLimits_->setChecked(display.sameLimits || common);
    sameLimits_->setEnabled(!common);
    quiet_ = false;
}

void CutoutBrowser::setFilter(const QString& text) {
    filter_->setText(text);
    filter_->setCursorPosition(0);
}

QString CutoutBrowser::filter() const {
    return filter_->text();
}

QString CutoutBrowser::filterProblem() const {
    return problem_->text();
}

void CutoutBrowser::setSort(const QString& column, bool descending) {
    const int index = catalogue_ ? catalogue_->table.columnOf(column) : -1;
    sort_->setCurrentIndex(index < 0 ? 0 : 1 + 2 * index + (descending ? 0 : 1));
}

void CutoutBrowser::select(qint64 row) {
    selected_ = catalogue_ && row >= 0 && row < catalogue_->table.rows ? row : -1;
    const int place = model_->place(selected_);
    quiet_ = true;
    grid_->setCurrentIndex(place >= 0 ? model_->index(place) : QModelIndex());
    quiet_ = false;
    grid_->viewport()->update();
    showCount();
}

void CutoutBrowser::setPixels(qint64 row, const CutoutPixels& pixels) {
    model_->setPixels(row, pixels);
}

QString CutoutBrowser::placeText() const {
    const int place = model_->place(selected_);
    return place < 0 ? QString()
                     : tr("%1 of %2 in this order")
                           .arg(countText(place + 1), countText(model_->rowCount()));
}

void CutoutBrowser::showCount() {
    QString count, remark;
    if (catalogue_) {
        const QString shown = countText(model_->rowCount()),
                      all = countText(catalogue_->table.rows);
        count = model_->rowCount() == catalogue_->table.rows ? tr("%1 galaxies").arg(all)
                                                             : tr("%1 of %2").arg(shown, all);
        if (selected_ >= 0 && model_->place(selected_) < 0) {
            remark = tr("galaxy %1 is hidden by the filter").arg(catalogue_->idOf(selected_));
        } else if (catalogue_->snr >= 0 && width() >= theme_.px(1120)) {
            remark = tr("below: galaxy, SNR");
        }
    }
    count_->setText(count);
    remark_->setFullText(remark);
}

}  // namespace shearbench::widgets
