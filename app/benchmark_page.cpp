// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/benchmark_page.h"

#include <QToolButton>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "app/local_devices.h"
#include "app/picker_button.h"
#include "core/benchmark/command.h"
#include "core/device/registry.h"
#include "core/training_command.h"
#include "widgets/icon.h"
#include "widgets/line_chart.h"
#include "widgets/pane.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

using benchmark::Curve;
using benchmark::Kind;
using benchmark::Quantity;
using benchmark::Results;

constexpr Quantity kQuantities[] = {Quantity::seconds, Quantity::imagesPerSecond,
                                    Quantity::joulesPerImage, Quantity::memoryMB};

QString subjectKey(Kind kind, const std::string& network) {
    return kind == Kind::generation ? QStringLiteral("generation")
                                    : QString::fromStdString(network);
}

/// The same x in the other chart; NaN takes the cursor away.
void joinCursors(widgets::LineChart* one, widgets::LineChart* other) {
    QObject::connect(one, &widgets::LineChart::cursorMoved, other, [other](double x) {
        other->setCursor(std::isnan(x) ? std::nullopt : std::optional(x));
    });
}

}  // namespace

BenchmarkPage::BenchmarkPage(const widgets::Theme& theme, BenchmarkController& controller,
                             QObject* parent)
    : QObject(parent), theme_(theme), controller_(controller) {
    if (device::devicesFound())
        localDevices(colours_);  // so that they have the colours they have elsewhere
    buildTimePane();
    buildRatioPane();
    joinCursors(time_, ratio_);
    joinCursors(ratio_, time_);
    connect(&controller_, &BenchmarkController::changed, this, &BenchmarkPage::refresh);
    connect(&theme_, &widgets::Theme::changed, this, [this] {
        if (view_.plain != theme_.isPresentation())
            refresh();
        else  // its sizes
            showWarning(comparisonWarning(controller_.results(), view_));
    });
    refresh();
}

void BenchmarkPage::setDevicesFound() {
    colours_ = {};
    localDevices(colours_);
    refresh();
}

void BenchmarkPage::buildTimePane() {
    timePane_ = new widgets::Pane(theme_, tr("Training time"));
    time_ = new widgets::LineChart(theme_);
    subject_ = new PickerButton(tr("What is timed"));
    quantity_ = new PickerButton(tr("What is shown"));
    timeWarning_ = addWarning(timePane_);
    timePane_->addHeaderWidget(subject_);
    timePane_->addHeaderWidget(quantity_);
    timePane_->setContent(time_, time_);
    std::vector<std::pair<QString, QString>> quantities;
    for (const Quantity quantity : kQuantities)
        quantities.emplace_back(QString::number(static_cast<int>(quantity)),
                                quantityName(quantity));
    quantity_->setChoices(quantities);
    connect(subject_, &PickerButton::picked, this, [this](const QString& key) {
        const bool generation = key == QLatin1String("generation");
        view_.request.kind = generation ? Kind::generation : Kind::training;
        view_.request.network = generation ? "generative" : key.toStdString();
        time_->resetView();
        ratio_->resetView();
        refresh();
    });
    connect(quantity_, &PickerButton::picked, this, [this](const QString& key) {
        view_.request.quantity = static_cast<Quantity>(key.toInt());
        time_->resetView();
        refresh();
    });
    connect(time_, &widgets::LineChart::scaleRequested, this, [this](Qt::Orientation axis) {
        bool& log = axis == Qt::Horizontal ? view_.logX : view_.logY;
        log = !log;
        time_->resetView();
        refresh();
    });
    connect(time_, &widgets::LineChart::pointClicked, this, &BenchmarkPage::choose);
}

void BenchmarkPage::buildRatioPane() {
    ratioPane_ = new widgets::Pane(theme_, tr("Speed ratio"));
    ratio_ = new widgets::LineChart(theme_);
    a_ = new PickerButton(tr("A, whose time is divided"));
    b_ = new PickerButton(tr("B, whose time it is divided by"));
    ratioWarning_ = addWarning(ratioPane_);
    ratioPane_->addHeaderWidget(a_);
    ratioPane_->addHeaderWidget(b_);
    ratioPane_->setContent(ratio_, ratio_);
    connect(a_, &PickerButton::picked, this, [this](const QString& key) {
        view_.a = key.toStdString();
        refresh();
    });
    connect(b_, &PickerButton::picked, this, [this](const QString& key) {
        view_.b = key.toStdString();
        refresh();
    });
    connect(ratio_, &widgets::LineChart::scaleRequested, this, [this](Qt::Orientation axis) {
        bool& log = axis == Qt::Horizontal ? view_.logX : view_.logRatio;
        log = !log;
        ratio_->resetView();
        refresh();
    });
    connect(ratio_, &widgets::LineChart::pointClicked, this, &BenchmarkPage::choose);
}

/// A sign whose words are read by pointing at it or pressing it.
QToolButton* BenchmarkPage::addWarning(widgets::Pane* pane) {
    auto* button = new QToolButton;
    widgets::setRole(button, widgets::Role::mini);
    button->setObjectName(QStringLiteral("warning"));
    button->setAccessibleName(tr("What differs besides the device"));
    button->setIcon(widgets::themeIcon(theme_, QStringLiteral("warning"), widgets::Colour::warn));
    button->setFocusPolicy(Qt::TabFocus);
    pane->addHeaderWidget(button);
    connect(button, &QToolButton::clicked, button, [button] {
        QToolTip::showText(button->mapToGlobal(QPoint(0, button->height())), button->toolTip(),
                           button);
    });
    return button;
}

void BenchmarkPage::showWarning(const QString& warning) {
    for (QToolButton* button : {timeWarning_, ratioWarning_}) {
        button->setVisible(!warning.isEmpty() && !view_.plain);
        // Rich text, so that long ones are wrapped.
        button->setToolTip(QStringLiteral("<p>%1</p>").arg(warning.toHtmlEscaped()));
        button->setAccessibleDescription(warning);
        button->setFixedSize(theme_.px(24), theme_.px(24));
        button->setIconSize({theme_.px(16), theme_.px(16)});
    }
}

void BenchmarkPage::setView(const BenchmarkView& view) {
    view_ = view;
    refresh();
}

void BenchmarkPage::showChoices() {
    const std::vector<Results>& results = controller_.results();
    std::vector<std::pair<QString, QString>> list;
    for (const auto& [kind, network] : subjects(results))
        list.emplace_back(subjectKey(kind, network), subjectName(kind, network));
    subject_->setChoices(list);
    subject_->setCurrent(subjectKey(view_.request.kind, view_.request.network));
    quantity_->setCurrent(QString::number(static_cast<int>(view_.request.quantity)));

    benchmark::CurveRequest request = view_.request;
    request.quantity = Quantity::seconds;
    const std::vector<Curve> curves = benchmark::curves(results, request);
    const Curve* a = curveA(curves, view_);
    std::vector<std::pair<QString, QString>> forA, forB{{QString(), tr("B: all others")}};
    for (const Curve& curve : curves) {
        QString name = curveName(results, curve);
        if (curve.published)
            name = tr("%1, published").arg(name);
        forA.emplace_back(QString::fromStdString(curve.key), tr("A: %1").arg(name));
        if (&curve != a)
            forB.emplace_back(QString::fromStdString(curve.key), tr("B: %1").arg(name));
    }
    a_->setChoices(forA);
    a_->setCurrent(a ? QString::fromStdString(a->key) : QString());
    b_->setChoices(forB);
    const bool there = std::any_of(forB.begin(), forB.end(), [this](const auto& choice) {
        return choice.first.toStdString() == view_.b;
    });
    b_->setCurrent(there ? QString::fromStdString(view_.b) : QString());
}

/// A dashed ring where a time is being taken.
void BenchmarkPage::showPending(widgets::SizeScene& scene) const {
    const auto& running = controller_.progress().running;
    if (!controller_.active() || !running || controller_.results().empty())
        return;
    const Results& results = controller_.results().front();
    if (*running >= results.points.size())
        return;
    const benchmark::Point& point = results.points[*running];
    const benchmark::DeviceRecord* device = results.device(point.task.device);
    const std::vector<benchmark::Block>& blocks =
        point.blocks.empty() ? point.warmup : point.blocks;
    if (point.status != benchmark::Status::running || point.task.kind != view_.request.kind ||
        point.task.network != view_.request.network || blocks.empty() || !device ||
        view_.request.quantity != Quantity::seconds)
        return;
    widgets::DeviceColours colours = colours_;
    widgets::ChartPending pending;
    pending.x = point.task.size;
    pending.y = benchmark::estimate(results.protocol, point.task, blocks)->seconds *
                benchmark::publishedScale(results.protocol, point.task);
    pending.colour = colours.colourOf(QString::fromStdString(device->id));
    pending.label = QString::fromStdString(device->name);
    pending.note = tr("%1 %2 now")
                       .arg(point.task.kind == Kind::training ? tr("batch") : tr("images"))
                       .arg(point.task.size);
    const QString key = QStringLiteral("0/") + QString::fromStdString(device->id);
    for (widgets::SizeCurve& curve : scene.curves)
        if (curve.key == key)
            curve.label.clear();
    scene.pending = pending;
}

void BenchmarkPage::refresh() {
    const std::vector<Results>& results = controller_.results();
    view_.plain = theme_.isPresentation();
    showChoices();
    widgets::SizeScene time = timeScene(results, view_, colours_);
    showPending(time);
    time_->setSpec(widgets::sizeSpec(time));
    ratio_->setSpec(widgets::ratioSpec(ratioScene(results, view_, colours_), view_.plain));

    showWarning(comparisonWarning(results, view_));

    const bool generation = view_.request.kind == Kind::generation;
    const QString subject = subjectName(view_.request.kind, view_.request.network);
    if (view_.plain) {
        timePane_->setTitle(generation ? tr("How long does drawing take?")
                                       : tr("How long does training take?"));
        timePane_->setContext(tr("lower is faster"));
        ratioPane_->setTitle(tr("Which machine is faster?"));
        ratioPane_->setContext(tr("above the red line: faster"));
        return;
    }
    timePane_->setTitle(view_.request.quantity == Quantity::seconds
                            ? (generation ? tr("Generation time") : tr("Training time"))
                            : quantityName(view_.request.quantity));
    timePane_->setContext(results.empty() ? tr("published times; Benchmark adds this computer's")
                          : generation    ? tr("against number of images")
                                          : tr("against batch size; %1").arg(subject.toLower()));
    ratioPane_->setTitle(tr("Speed ratio"));
    ratioPane_->setContext(tr("R = time on A / time on B"));
}

void BenchmarkPage::choose(const QString& key, double size) {
    benchmark::CurveRequest request = view_.request;
    for (const Curve& curve : benchmark::curves(controller_.results(), request)) {
        if (curve.key != key.toStdString())
            continue;
        if (const benchmark::CurvePoint* point = curve.at(static_cast<int>(std::lround(size))))
            if (point->source)
                Q_EMIT pointChosen(*point->source);
        return;
    }
}

ChartFigure BenchmarkPage::figureOf(const widgets::Pane* pane) const {
    const bool ratio = pane == ratioPane_;
    const widgets::LineChart& chart = ratio ? *ratio_ : *time_;
    return {ratio, view_, chart.zoomedX(), chart.zoomedY()};
}

QString BenchmarkPage::figureCommand() const {
    QString command = QStringLiteral("shearbench figures");
    if (!controller_.sources().isEmpty())
        command += QStringLiteral(" --results");
    for (const QString& source : controller_.sources())
        command += QLatin1Char(' ') + QString::fromStdString(shellWord(source.toStdString()));
    return command;
}

}  // namespace shearbench::app
