// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/normalisation_box.h"

#include <QSignalBlocker>

namespace shearbench::widgets {

NormalisationBox::NormalisationBox(QWidget* parent) : QComboBox(parent) {
    setAccessibleName(tr("Normalisation of the pixels"));
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(8);
    const auto add = [this](const QString& title, const char* word, const QString& tip) {
        addItem(title, QLatin1String(word));
        setItemData(count() - 1, tip, Qt::ToolTipRole);
    };
    add(tr("asinh(x / sky noise)"), "asinh",
        tr("Faint and bright galaxies on one scale, in each band by the noise of its sky"));
    add(tr("batch norm alone"), "none",
        tr("The pixels as they are, as in the paper: the network’s first layer scales each band"));
    add(tr("asinh, from 0 to 1"), "unit_asinh",
        tr("The same between 0 and 1, for networks that draw galaxies"));
    add(tr("tanh(asinh(2.5 x / peak))"), "tanh_asinh",
        tr("The autoencoder’s: between −1 and 1, in each band by the mean of the images’ peaks"));
}

void NormalisationBox::setNormalisation(const QString& word) {
    const QSignalBlocker quiet(this);
    if (!word.isEmpty() && findData(word) < 0) {
        addItem(word, word);
    }
    setCurrentIndex(std::max(0, findData(word)));
}

}  // namespace shearbench::widgets
