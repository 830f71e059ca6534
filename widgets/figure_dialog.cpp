// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/figure_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QPushButton>

#include "widgets/journal.h"

namespace shearbench::widgets {

FigureDialog::FigureDialog(const FigureOptions& options, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Save figure"));
    auto* form = new QFormLayout(this);
    preset_ = new QComboBox;
    preset_->setObjectName(QStringLiteral("preset"));
    preset_->addItem(tr("own size"), 0.0);
    for (const Journal& journal : kJournals) {
        const QString name = QString::fromLatin1(journal.name);
        preset_->addItem(tr("%1, one column, %2 mm").arg(name).arg(journal.columnMm),
                         journal.columnMm);
        preset_->addItem(tr("%1, two columns, %2 mm").arg(name).arg(journal.pageMm),
                         journal.pageMm);
    }
    form->addRow(tr("Journal"), preset_);
    width_ = addNumber(tr("Width"), options.widthMm, 20, 1000, tr(" mm"));
    height_ = addNumber(tr("Height"), options.heightMm, 20, 1000, tr(" mm"));
    type_ = addNumber(tr("Smallest type"), options.captionPt, 4, 24, tr(" pt"));
    dpi_ = addNumber(tr("Resolution of PNG"), options.dpi, 30, 2400, tr(" dpi"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->addButton(tr("Choose file…"), QDialogButtonBox::AcceptRole);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(preset_, qOverload<int>(&QComboBox::currentIndexChanged), this,
            &FigureDialog::usePreset);
}

QDoubleSpinBox* FigureDialog::addNumber(const QString& title, double value, double low, double high,
                                        const QString& unit) {
    auto* box = new QDoubleSpinBox;
    box->setDecimals(1);
    box->setRange(low, high);
    box->setValue(value);
    box->setSuffix(unit);
    static_cast<QFormLayout*>(layout())->addRow(title, box);
    return box;
}

/// The shape stays.
void FigureDialog::usePreset(int index) {
    const double width = preset_->itemData(index).toDouble();
    if (width <= 0) {
        return;
    }
    const double shape = height_->value() / width_->value();
    width_->setValue(width);
    height_->setValue(width * shape);
}

FigureOptions FigureDialog::options() const {
    FigureOptions options;
    options.widthMm = width_->value();
    options.heightMm = height_->value();
    options.captionPt = type_->value();
    options.dpi = dpi_->value();
    return options;
}

}  // namespace shearbench::widgets
