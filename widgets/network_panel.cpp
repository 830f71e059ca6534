// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/network_panel.h"

#include <QLabel>
#include <QVBoxLayout>

#include "widgets/number_text.h"
#include "widgets/style.h"

namespace shearbench::widgets {

NetworkPanel::NetworkPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      presets_(new Segmented(theme, this)),
      choice_(new Segmented(theme, this)),
      table_(new LayerTable(theme, this)),
      remark_(new QLabel(this)),
      note_(new Note(theme, this)) {
    presets_->setAccessibleName(tr("Network"));
    choice_->setAccessibleName(tr("Part of the network"));
    setRole(remark_, Role::caption);
    remark_->setAlignment(Qt::AlignRight);
    auto* column = new QVBoxLayout(this);
    column->addWidget(presets_);
    column->addWidget(choice_);
    column->addWidget(table_);
    column->addWidget(remark_);
    column->addWidget(note_);
    choice_->hide();
    remark_->hide();
    note_->hide();
    connect(choice_, &Segmented::chosen, this, &NetworkPanel::showLayers);
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
    setParts({{{}, {}, {}, rows, totals}}, {});
}

void NetworkPanel::setParts(std::vector<NetworkPart> parts, const QString& remark) {
    const auto ids = [](const std::vector<NetworkPart>& list) {
        QStringList result;
        for (const NetworkPart& part : list) {
            result << part.id;
        }
        return result;
    };
    const bool sameParts = ids(parts) == ids(parts_);
    parts_ = std::move(parts);
    std::vector<Segmented::Item> items;
    for (const NetworkPart& part : parts_) {
        items.push_back({part.id, part.title, part.tip});
    }
    if (!sameParts) {
        choice_->setItems(items);
    }
    remark_->setText(remark);
    showLayers();
    Q_EMIT summaryChanged();
}

void NetworkPanel::showPart(const QString& id) {
    choice_->setCurrent(id);
    showLayers();
}

void NetworkPanel::showLayers() {
    const bool several = parts_.size() > 1;
    choice_->setVisible(several && !table_->isHidden());
    remark_->setVisible(!remark_->text().isEmpty() && !table_->isHidden());
    for (const NetworkPart& part : parts_) {
        if (part.id == choice_->current()) {
            table_->setLayers(part.rows, part.totals);
        }
    }
}

void NetworkPanel::setProblem(const Problem& problem) {
    showProblem(*note_, problem);
    table_->setVisible(problem.isEmpty());
    showLayers();
}

void NetworkPanel::setRunning(bool running) {
    presets_->setEnabled(!running);
    table_->setEditable(!running);
}

QString NetworkPanel::summary() const {
    qint64 whole = 0;
    for (const NetworkPart& part : parts_) {
        whole += part.totals.parameters;
    }
    const double count = double(whole);
    if (count >= 1e6) {
        return tr("%1 M parameters").arg(fixedText(count / 1e6, 2));
    }
    return count > 0 ? tr("%1 parameters").arg(countText(whole)) : QString();
}

}  // namespace shearbench::widgets
