// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/progress_view.h"

#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <algorithm>
#include <cmath>

#include "widgets/style.h"

namespace shearbench::app {

namespace {

constexpr int kSteps = 1000;
constexpr int kWidth = 430, kBarHeight = 3;

}  // namespace

QString timeLeft(double seconds) {
    if (!(seconds > 0))
        return {};
    const qint64 whole = std::llround(seconds);
    if (whole < 60)
        return QObject::tr("%1 s left").arg(whole);
    if (whole < 3600)
        return QObject::tr("%1 min left").arg((whole + 30) / 60);
    return QObject::tr("%1 h %2 min left").arg(whole / 3600).arg(whole / 60 % 60);
}

ProgressView::ProgressView(const widgets::Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      head_(new QLabel),
      what_(new QLabel),
      left_(new QLabel),
      speed_(new QLabel),
      bar_(new QProgressBar) {
    bar_->setRange(0, kSteps);
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Training progress"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(0);
    grid->addWidget(head_, 0, 0);
    grid->addWidget(what_, 0, 1);
    grid->addWidget(left_, 0, 2);
    grid->addWidget(speed_, 0, 3);
    grid->addWidget(bar_, 1, 0, 1, 4);
    grid->setColumnStretch(1, 1);
    for (QLabel* strong : {head_, left_, speed_})
        widgets::setRole(strong, widgets::Role::strong);
    widgets::setRole(what_, widgets::Role::field);
    speed_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    connect(&theme_, &widgets::Theme::changed, this, &ProgressView::restyle);
    restyle();
    clear();
}

void ProgressView::restyle() {
    setFixedWidth(theme_.px(kWidth));
    bar_->setFixedHeight(theme_.px(kBarHeight));
    layout()->setSpacing(theme_.px(12));
    static_cast<QGridLayout*>(layout())->setVerticalSpacing(theme_.px(4));
}

void ProgressView::setTexts(const QString& head, const QString& what, const QString& left,
                            const QString& speed) {
    head_->setText(head);
    what_->setText(what);
    left_->setText(left);
    speed_->setText(speed);
    setToolTip(QStringList{head, what, left, speed}.join(QStringLiteral("  ")).simplified());
}

namespace {

QString epochWords(const training::Snapshot& s) {
    using training::TrainingState;
    const auto now = std::min(s.epoch + 1, s.epochs);
    switch (s.state) {
        case TrainingState::preparing:
            break;
        case TrainingState::running:
            return ProgressView::tr("Epoch %1 of %2").arg(now).arg(s.epochs);
        case TrainingState::paused:
            return ProgressView::tr("Paused in epoch %1 of %2").arg(now).arg(s.epochs);
        case TrainingState::done:
            return s.epochs == 1 ? ProgressView::tr("Done, 1 epoch")
                                 : ProgressView::tr("Done, %1 epochs").arg(s.epochs);
        case TrainingState::stopped:
            return ProgressView::tr("Stopped after epoch %1 of %2").arg(s.epoch).arg(s.epochs);
        case TrainingState::failed:
            return ProgressView::tr("Failed in epoch %1 of %2").arg(now).arg(s.epochs);
    }
    return ProgressView::tr("Preparing");
}

/// Of the last stage of a generative network: galaxies, not epochs.
QString generationWords(const training::Snapshot& s) {
    using training::TrainingState;
    const QLocale english(QLocale::English);
    const QString all = english.toString(qlonglong(s.stepsPerEpoch));
    const QString done = english.toString(qlonglong(s.step));
    switch (s.state) {
        case TrainingState::done:
            return s.stepsPerEpoch == 0 ? ProgressView::tr("Done; no galaxies were asked for")
                                        : ProgressView::tr("Done, %1 galaxies generated").arg(all);
        case TrainingState::paused:
            return ProgressView::tr("Paused, %1 of %2 galaxies").arg(done, all);
        case TrainingState::stopped:
            return ProgressView::tr("Stopped after %1 of %2 galaxies").arg(done, all);
        case TrainingState::failed:
            return ProgressView::tr("Failed after %1 of %2 galaxies").arg(done, all);
        case TrainingState::preparing:
            return ProgressView::tr("Preparing");
        case TrainingState::running:
            break;
    }
    return ProgressView::tr("Generating, %1 of %2").arg(done, all);
}

/// The stage of a generative network, and of how many; empty for others.
QString stageWords(const std::string& stage) {
    return stage == "autoencoder" ? ProgressView::tr("autoencoder, stage 1 of 3")
           : stage == "flow"      ? ProgressView::tr("flow, stage 2 of 3")
           : stage.empty()        ? QString()
                                  : ProgressView::tr("generation, stage 3 of 3");
}

}  // namespace

void ProgressView::show(const training::Snapshot& s, const QString& what) {
    using training::TrainingState;
    const QLocale english(QLocale::English);
    const bool between = s.stage == "flow" && s.epochs == 0;
    QString head = s.stage == "generation"                          ? generationWords(s)
                   : between && s.state == TrainingState::paused    ? tr("Paused")
                   : between && s.state == TrainingState::preparing ? tr("Encoding the galaxies")
                                                                    : epochWords(s);
    const bool moves = s.state == TrainingState::running;
    const bool plain = theme_.isPresentation();
    QString speed;
    if (s.imagesPerSecond > 0)
        speed = (s.stage == "flow" ? tr("%1 samples/s")
                 : plain           ? tr("%1 galaxies a second")
                                   : tr("%1 img/s"))
                    .arg(english.toString(s.imagesPerSecond, 'f', 0));
    const QString stage = stageWords(s.stage);
    setTexts(head, stage.isEmpty() && !plain ? what : stage,
             moves ? timeLeft(s.secondsLeft) : QString(), speed);
    const double part =
        s.epochs > 0 ? (static_cast<double>(s.epoch) +
                        (s.stepsPerEpoch > 0
                             ? static_cast<double>(s.step) / static_cast<double>(s.stepsPerEpoch)
                             : 0)) /
                           static_cast<double>(s.epochs)
                     : 0;
    bar_->setValue(static_cast<int>(std::lround(kSteps * part)));
    bar_->show();
}

void ProgressView::showTask(const QString& text, double part, double secondsLeft) {
    setTexts(text, {}, timeLeft(secondsLeft), {});
    bar_->setValue(static_cast<int>(std::lround(kSteps * std::max(0.0, part))));
    bar_->show();
}

void ProgressView::clear() {
    setTexts({}, {}, {}, {});
    bar_->hide();
}

}  // namespace shearbench::app
