// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/network_panel.h"

#include <QVBoxLayout>

#include "widgets/number_text.h"

namespace shearbench::widgets {

NetworkPanel::NetworkPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      presets_(new Segmented(theme, this)),
      table_(new LayerTable(theme, this)),
      note_(new Note(theme, this)) {
    auto* column = new QVBoxLayout(this);
    column->addWidget(presets_);
    column->addWidget(table_);
    column->addWidget(note_);
    note_->hide();
    connect(presets_, &Segmented::chosen, this, &NetworkPanel::edited);
    connect(table_, &LayerTable::bayesianChosen, this, &NetworkPanel::bayesianChosen);
    connect(note_, &Note::buttonPressed, this, &NetworkPanel::problemAction);
    connect(&theme, &Theme::changed, this, &NetworkPanel::measure);
    measure();
}

void NetworkPanel::measure() {
    layout()->setContentsMargins(theme_.px(8), 0, theme_.px(8), 0);
    layout()->setSpacing(theme_.px(8));
}

void NetworkPanel::setPresets(const std::vector<Segmented::Item>& presets) {
    presets_->setItems(presets);
}

void NetworkPanel::setState(const NetworkPanelState& state) {
    presets_->setCurrent(state.preset);
}

NetworkPanelState NetworkPanel::state() const {
    return {presets_->current()};
}

void NetworkPanel::setLayers(const std::vector<LayerRow>& rows, const LayerTotals& totals) {
    totals_ = totals;
    table_->setLayers(rows, totals);
    Q_EMIT summaryChanged();
}

void NetworkPanel::setProblem(const Problem& problem) {
    showProblem(*note_, problem);
    table_->setVisible(problem.isEmpty());
}

void NetworkPanel::setRunning(bool running) {
    presets_->setEnabled(!running);
    table_->setEditable(!running);
}

QString NetworkPanel::summary() const {
    const double count = double(totals_.parameters);
    if (count >= 1e6) {
        return tr("%1 M parameters").arg(fixedText(count / 1e6, 2));
    }
    return count > 0 ? tr("%1 parameters").arg(countText(totals_.parameters)) : QString();
}

}  // namespace shearbench::widgets
