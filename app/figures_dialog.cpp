// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/figures_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include "core/training_command.h"
#include "widgets/path_edit.h"

namespace shearbench::app {

namespace {

constexpr int kWordsWidth = 460;

/// What differs from what shearbench figures does unless told otherwise.
QString optionsText(const FigureSet& set) {
    const FigureSet usual;
    QString text;
    if (QLatin1String(set.journal.id) != QLatin1String(usual.journal.id))
        text += QStringLiteral(" --journal %1").arg(QLatin1String(set.journal.id));
    if (set.dpi != usual.dpi)
        text += QStringLiteral(" --dpi %1").arg(set.dpi);
    if (set.captionPt != usual.captionPt)
        text += QStringLiteral(" --type-size %1").arg(set.captionPt);
    return text + QStringLiteral(" --out %1")
                      .arg(QString::fromStdString(shellWord(set.folder.toStdString())));
}

}  // namespace

FiguresDialog::FiguresDialog(std::function<Source()> source, const QString& folder, QWidget* parent)
    : QDialog(parent), source_(std::move(source)) {
    setWindowTitle(tr("The paper's figures for this computer"));
    build(folder);
    turn_.setInterval(0);
    connect(&turn_, &QTimer::timeout, this, &FiguresDialog::makeNext);
    connect(make_, &QPushButton::clicked, this, &FiguresDialog::make);
    connect(stop_, &QPushButton::clicked, this, &FiguresDialog::stop);
    connect(close_, &QPushButton::clicked, this, &QDialog::reject);
    connect(folder_, &QLineEdit::textChanged, this, &FiguresDialog::showState);
    connect(choose_, &QPushButton::clicked, this, [this] {
        const QString chosen =
            QFileDialog::getExistingDirectory(this, tr("Folder for the figures"), folder_->text());
        if (!chosen.isEmpty())
            setFolder(chosen);
    });
    showState();
}

FiguresDialog::~FiguresDialog() = default;

void FiguresDialog::build(const QString& folder) {
    const FigureSet usual;
    auto* form = new QFormLayout(this);
    journal_ = new QComboBox;
    journal_->setObjectName(QStringLiteral("journal"));
    for (const widgets::Journal& journal : widgets::kJournals)
        journal_->addItem(tr("%1, columns of %2 and %3 mm")
                              .arg(QLatin1String(journal.name))
                              .arg(journal.columnMm)
                              .arg(journal.pageMm));
    form->addRow(tr("Journal"), journal_);
    const auto addNumber = [form](const QString& title, double value, double low, double high,
                                  const QString& unit) {
        auto* box = new QDoubleSpinBox;
        box->setDecimals(1);
        box->setRange(low, high);
        box->setSuffix(unit);
        box->setValue(value);
        form->addRow(title, box);
        return box;
    };
    type_ = addNumber(tr("Smallest type"), usual.captionPt, 4, 24, tr(" pt"));
    dpi_ = addNumber(tr("Resolution of PNG"), usual.dpi, 30, 2400, tr(" dpi"));
    folder_ = new widgets::PathEdit(folder);
    folder_->setObjectName(QStringLiteral("folder"));
    choose_ = new QPushButton(tr("Choose…"));
    auto* row = new QHBoxLayout;
    row->addWidget(folder_, 1);
    row->addWidget(choose_);
    form->addRow(tr("Folder"), row);
    words_ = new QLabel;
    words_->setObjectName(QStringLiteral("words"));
    words_->setWordWrap(true);
    words_->setMinimumWidth(kWordsWidth);
    words_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    words_->setText(
        tr("Each figure as PDF, SVG and PNG, its numbers as CSV, and the results, "
           "experiments and command they come from."));
    form->addRow(words_);
    bar_ = new QProgressBar;
    bar_->setTextVisible(false);
    bar_->setAccessibleName(tr("Progress"));
    form->addRow(bar_);
    auto* buttons = new QDialogButtonBox;
    make_ = buttons->addButton(tr("Make figures"), QDialogButtonBox::ActionRole);
    make_->setDefault(true);
    stop_ = buttons->addButton(tr("Stop"), QDialogButtonBox::ActionRole);
    close_ = buttons->addButton(QDialogButtonBox::Close);
    form->addRow(buttons);
}

void FiguresDialog::setFolder(const QString& folder) {
    folder_->setText(folder);
}

FigureSet FiguresDialog::asked() const {
    FigureSet set;
    set.folder = folder_->text();
    set.journal = widgets::kJournals.at(static_cast<std::size_t>(journal_->currentIndex()));
    set.captionPt = type_->value();
    set.dpi = dpi_->value();
    return set;
}

void FiguresDialog::make() {
    if (making_ || folder_->text().isEmpty())
        return;
    making_ = true;
    stopped_ = false;
    FigureSet set = asked();
    Source source = source_();
    set.results = std::move(source.results);
    set.command = source.command + optionsText(set);
    words_->setText(tr("Drawing galaxies"));
    bar_->setRange(0, 0);
    showState();
    background_.run([] { return drawFigureGalaxies(); },
                    [this, set](QVector<QImage> galaxies) {
                        FigureSet all = set;
                        all.galaxies.swap(galaxies);
                        begin(std::move(all));
                    },
                    [this, set](const Failure&) { begin(set); });  // they are drawn, or fail, there
}

void FiguresDialog::begin(FigureSet set) {
    maker_ = std::make_unique<FigureMaker>(std::move(set));
    bar_->setRange(0, static_cast<int>(maker_->steps()));
    bar_->setValue(0);
    turn_.start();
}

void FiguresDialog::makeNext() {
    if (stopped_ || maker_->done() == maker_->steps()) {
        const QString words =
            stopped_ ? tr("Stopped; %1 files are in %2.") : tr("%1 files are in %2.");
        end(words.arg(maker_->written().size()).arg(folder_->text()));
        return;
    }
    try {
        maker_->makeNext();
    } catch (const std::exception& error) {
        const Failure failure = failureOf(error);
        end(failure.sentence + QLatin1Char(' ') + failure.remedy);
        Q_EMIT failed(failure);
        return;
    }
    bar_->setValue(static_cast<int>(maker_->done()));
    words_->setText(tr("%1 of %2").arg(maker_->done()).arg(maker_->steps()));
}

void FiguresDialog::end(const QString& sentence) {
    turn_.stop();
    const QStringList files = maker_->written();
    maker_.reset();
    making_ = false;
    words_->setText(sentence);
    showState();
    Q_EMIT made(files);
}

void FiguresDialog::stop() {
    stopped_ = making_;
}

/// However the dialog is closed.
void FiguresDialog::done(int result) {
    stop();
    QDialog::done(result);
}

void FiguresDialog::showState() {
    for (QWidget* field : {static_cast<QWidget*>(journal_), static_cast<QWidget*>(dpi_),
                           static_cast<QWidget*>(type_), static_cast<QWidget*>(folder_),
                           static_cast<QWidget*>(choose_), static_cast<QWidget*>(close_)})
        field->setEnabled(!making_);
    make_->setEnabled(!making_ && !folder_->text().isEmpty());
    stop_->setEnabled(making_);
    bar_->setVisible(making_);
}

}  // namespace shearbench::app
