// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/profile_dialog.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/band_thumbnails.h"
#include "widgets/form.h"
#include "widgets/normalisation_box.h"
#include "widgets/number_edit.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kPreviewDelay = 250;  // milliseconds
constexpr double kLargestStamp = 4096, kLargestScale = 1000;

/// The value beside a choice; what was typed where it may be edited.
QString choiceOf(const QComboBox& box) {
    if (box.isEditable()) {
        return box.currentText().trimmed();
    }
    return box.currentData().toString();
}

void choose(QComboBox& box, const QString& value) {
    if (box.isEditable()) {
        box.setEditText(value);
    } else {
        box.setCurrentIndex(std::max(0, box.findData(value)));
    }
}

/// Offers `values` after "as found", keeping the choice.
void offer(QComboBox& box, const QStringList& values) {
    const QString kept = choiceOf(box);
    box.clear();
    if (!box.isEditable()) {
        box.addItem(ProfileDialog::tr("As found in the file"), QString());
    }
    for (const QString& value : values) {
        box.addItem(value, value);
    }
    if (!box.isEditable() && !kept.isEmpty() && box.findData(kept) < 0) {
        box.addItem(kept, kept);
    }
    choose(box, kept);
}

QString foundText(const QString& value) {
    return value.isEmpty() ? ProfileDialog::tr("not found")
                           : ProfileDialog::tr("found: %1").arg(value);
}

}  // namespace

QString ProfileDialog::nameOf(Field field) {
    switch (field) {
        case Field::images:
            return tr("Images");
        case Field::layout:
            return tr("Axes");
        case Field::variant:
            return tr("Variant");
        case Field::bandNames:
            return tr("All bands");
        case Field::bands:
            return tr("Bands read");
        case Field::pixelScale:
            return tr("Arcsec / pixel");
        case Field::stamp:
            return tr("Stamp");
        case Field::labels:
            return tr("Label table");
        case Field::e1:
            return QStringLiteral("e₁");
        case Field::e2:
            return QStringLiteral("e₂");
        case Field::redshift:
            return tr("Redshift");
        case Field::ellipticity:
            return tr("|e| is");
        case Field::shape:
            return tr("e made of");
        case Field::group:
            return tr("Group");
        case Field::normalisation:
            break;
    }
    return tr("The network sees");
}

ProfileDialog::ProfileDialog(const Theme& theme, QWidget* parent) : QDialog(parent), theme_(theme) {
    setWindowTitle(tr("How this file is read"));
    setWindowFlag(Qt::WindowContextHelpButtonHint, false);
    build();
    soon_.setSingleShot(true);
    soon_.setInterval(kPreviewDelay);
    connect(&soon_, &QTimer::timeout, this, &ProfileDialog::edited);
    for (QComboBox* box : {images_, layout_, variant_, ellipticity_, group_, targets_[0],
                           targets_[1], targets_[2], static_cast<QComboBox*>(normalisation_)}) {
        connect(box, &QComboBox::currentTextChanged, this, &ProfileDialog::changed);
    }
    for (QLineEdit* edit : {bandNames_, bands_, labels_, shape_}) {
        connect(edit, &QLineEdit::textChanged, this, &ProfileDialog::changed);
    }
    for (NumberEdit* edit : {pixelScale_, stamp_}) {
        connect(edit, &NumberEdit::valueEdited, this, &ProfileDialog::changed);
        connect(edit, &NumberEdit::problemChanged, this,
                [this, edit] { form_->setProblem(edit, edit->problem()); });
    }
    connect(profile_, QOverload<int>::of(&QComboBox::activated), this, [this](int index) {
        if (index > 0) {
            name_->setText(profile_->itemText(index));
            Q_EMIT profileChosen(profile_->itemText(index));
        }
    });
    connect(name_, &QLineEdit::textChanged, this, [this](const QString& name) {
        save_->setEnabled(!name.trimmed().isEmpty());
        setSaveProblem({});
    });
    connect(browse_, &QPushButton::clicked, this, &ProfileDialog::labelsBrowseRequested);
    connect(save_, &QPushButton::clicked, this,
            [this] { Q_EMIT saveRequested(name_->text().trimmed()); });
    connect(cancel_, &QPushButton::clicked, this, &QDialog::reject);
    connect(use_, &QPushButton::clicked, this, &ProfileDialog::useRequested);
    connect(&theme, &Theme::changed, this, &ProfileDialog::measure);
    measure();
    setProfiles({});
    setFields({});
    setPreview({});
}

void ProfileDialog::build() {
    file_ = new QLabel(this);
    setRole(file_, Role::field);
    file_->setWordWrap(true);
    form_ = new Form(theme_, this);
    const auto box = [&](const QString& name, bool editable) {
        auto* made = new QComboBox(form_);
        made->setEditable(editable);
        made->setInsertPolicy(QComboBox::NoInsert);
        made->setAccessibleName(name);
        made->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        made->setMinimumContentsLength(12);
        return made;
    };
    profile_ = box(tr("Saved profile"), false);
    images_ = box(tr("Images"), false);
    layout_ = box(tr("Order of the axes"), false);
    offer(*layout_, {"NCHW", "NHWC", "NHW", "NVCHW", "NVHWC"});
    layout_->setToolTip(tr("N images, V variants of each, C bands, H rows, W columns"));
    variant_ = box(tr("Variant"), false);
    bandNames_ = new QLineEdit(form_);
    bandNames_->setToolTip(tr("Of all bands of the file in their order, with commas between"));
    bands_ = new QLineEdit(form_);
    bands_->setToolTip(tr("Those to read, in the order in which the network gets them"));
    pixelScale_ = new NumberEdit(NumberEdit::Kind::real, 0, kLargestScale, form_);
    pixelScale_->setToolTip(tr("Arcseconds a pixel; empty: as found in the file"));
    stamp_ = new NumberEdit(NumberEdit::Kind::whole, 0, kLargestStamp, form_);
    stamp_->setStep(16);
    stamp_->setToolTip(
        tr("Images are cropped or padded to this side about their centre, never "
           "resampled; empty: as stored"));
    auto* table = new QWidget(form_);
    table->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    labels_ = new QLineEdit(table);
    labels_->setAccessibleName(tr("Table of labels"));
    labels_->setToolTip(tr("A CSV file with one row an image; none: do not look for one"));
    browse_ = new QPushButton(tr("Browse…"), table);
    auto* across = new QHBoxLayout(table);
    across->setContentsMargins(0, 0, 0, 0);
    across->addWidget(labels_, 1);
    across->addWidget(browse_);
    constexpr std::array kTargets{Field::e1, Field::e2, Field::redshift};
    for (std::size_t i = 0; i < 3; ++i) {
        targets_[i] = box(nameOf(kTargets[i]), true);
    }
    ellipticity_ = box(tr("Ellipticity"), false);
    ellipticity_->addItem(tr("As found in the file"), QString());
    ellipticity_->addItem(tr("(1−q)/(1+q), reduced shear"), QStringLiteral("reduced-shear"));
    ellipticity_->addItem(tr("(1−q²)/(1+q²), distortion"), QStringLiteral("distortion"));
    shape_ = new QLineEdit(form_);
    shape_->setToolTip(
        tr("Where there are no ellipticities: q:RATIO, degrees:ANGLE or "
           "1-q:FLATTENING, radians:ANGLE or moments:XX, YY, XY; degrees-from-y "
           "for angles from the upward axis"));
    group_ = box(tr("Group"), true);
    group_->setToolTip(
        tr("Column of galaxy ids that stay on one side of the split; none: no "
           "grouping"));
    form_->setLabelWidth(96);
    form_->addRow(tr("Profile"), profile_);
    form_->addRow(nameOf(Field::images), images_);
    form_->addPair(nameOf(Field::layout), layout_, nameOf(Field::variant), variant_);
    form_->addRow(nameOf(Field::bandNames), bandNames_);
    form_->addRow(nameOf(Field::bands), bands_);
    form_->addPair(nameOf(Field::pixelScale), pixelScale_, nameOf(Field::stamp), stamp_);
    form_->addRow(nameOf(Field::labels), table)->setBuddy(labels_);
    for (std::size_t i = 0; i < 3; ++i) {
        form_->addRow(nameOf(kTargets[i]), targets_[i]);
    }
    form_->addRow(nameOf(Field::ellipticity), ellipticity_);
    form_->addRow(nameOf(Field::shape), shape_);
    form_->addRow(nameOf(Field::group), group_);
    fields_ = {{Field::images, images_},       {Field::layout, layout_},
               {Field::variant, variant_},     {Field::bandNames, bandNames_},
               {Field::bands, bands_},         {Field::pixelScale, pixelScale_},
               {Field::stamp, stamp_},         {Field::labels, labels_},
               {Field::e1, targets_[0]},       {Field::e2, targets_[1]},
               {Field::redshift, targets_[2]}, {Field::ellipticity, ellipticity_},
               {Field::shape, shape_},         {Field::group, group_}};

    auto* fields = new QScrollArea(this);
    fields->setWidgetResizable(true);
    fields->setFrameShape(QFrame::NoFrame);
    auto* upper = new QWidget;
    auto* rows = new QVBoxLayout(upper);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addWidget(form_);
    rows->addStretch(1);
    fields->setWidget(upper);
    fields->setAccessibleName(tr("How the file is read"));
    auto* halves = new QHBoxLayout;
    halves->addWidget(fields, 1);
    halves->addWidget(buildPreview(), 1);

    name_ = new QLineEdit(this);
    name_->setPlaceholderText(tr("Name of the profile"));
    name_->setAccessibleName(tr("Name of the profile"));
    save_ = new QPushButton(tr("Save profile"), this);
    save_->setEnabled(false);
    cancel_ = new QPushButton(tr("Cancel"), this);
    use_ = new QPushButton(tr("Read it like this"), this);
    use_->setObjectName(QStringLiteral("use"));
    setRole(use_, Role::primary);
    use_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(name_);
    buttons->addWidget(save_);
    buttons->addStretch(1);
    buttons->addWidget(cancel_);
    buttons->addWidget(use_);
    auto* column = new QVBoxLayout(this);
    column->addWidget(file_);
    column->addLayout(halves, 1);
    column->addLayout(buttons);
}

QWidget* ProfileDialog::buildPreview() {
    auto* inside = new QWidget;
    note_ = new Note(theme_, inside);
    note_->hide();
    summary_ = new QLabel(inside);
    setRole(summary_, Role::field);
    summary_->setWordWrap(true);
    thumbnails_ = new BandThumbnails(theme_, inside);
    thumbnails_->setAcross(7);
    histograms_ = new BandHistograms(theme_, inside);
    network_ = new QWidget(inside);
    auto* sees = new QLabel(nameOf(Field::normalisation), network_);
    setRole(sees, Role::field);
    normalisation_ = new NormalisationBox(network_);
    sees->setBuddy(normalisation_);
    notes_ = new QLabel(inside);
    setRole(notes_, Role::caption);
    notes_->setWordWrap(true);
    notes_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    notes_->setAccessibleName(tr("Notes"));
    auto* right = new QVBoxLayout(network_);
    right->setContentsMargins(0, 0, 0, 0);
    right->addWidget(sees);
    right->addWidget(normalisation_);
    right->addWidget(histograms_);
    right->addStretch(1);
    pictures_ = new QBoxLayout(QBoxLayout::LeftToRight);
    pictures_->addWidget(thumbnails_, 0, Qt::AlignTop | Qt::AlignLeft);
    pictures_->addWidget(network_, 1);
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(note_);
    column->addWidget(summary_);
    column->addLayout(pictures_);
    column->addWidget(notes_);
    column->addStretch(1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(inside);
    scroll->setAccessibleName(tr("What the network would see"));
    return scroll;
}

void ProfileDialog::measure() {
    const int margin = theme_.px(16);
    layout()->setContentsMargins(margin, margin, margin, margin);
    layout()->setSpacing(theme_.px(12));
    setMinimumSize(theme_.px(760), theme_.px(480));
    resize(theme_.px(980), theme_.px(640));
    name_->setFixedWidth(theme_.px(200));
}

void ProfileDialog::setFile(const QString& file) {
    file_->setText(file);
}

void ProfileDialog::setProfiles(const QStringList& names, const QString& current) {
    profile_->clear();
    profile_->addItem(names.isEmpty() ? tr("None is saved yet") : tr("Choose one…"));
    profile_->addItems(names);
    profile_->setEnabled(!names.isEmpty());
    profile_->setCurrentIndex(std::max(0, profile_->findText(current)));
}

void ProfileDialog::setFields(const ProfileFields& fields) {
    filling_ = true;
    for (const auto& [box, value] :
         {std::pair{images_, fields.images}, std::pair{layout_, fields.layout},
          std::pair{variant_, fields.variant < 0 ? QString() : QString::number(fields.variant)}}) {
        if (!value.isEmpty() && box->findData(value) < 0) {
            box->addItem(value, value);
        }
        choose(*box, value);
    }
    bandNames_->setText(fields.bandNames);
    bands_->setText(fields.bands);
    pixelScale_->setValue(fields.pixelScaleArcsec);
    stamp_->setValue(fields.stamp);
    labels_->setText(fields.labels);
    for (std::size_t i = 0; i < 3; ++i) {
        choose(*targets_[i], fields.targets[i]);
    }
    choose(*ellipticity_, fields.ellipticity);
    shape_->setText(fields.shape);
    choose(*group_, fields.group);
    normalisation_->setNormalisation(fields.normalisation);
    filling_ = false;
}

ProfileFields ProfileDialog::fields() const {
    ProfileFields fields;
    fields.images = choiceOf(*images_);
    fields.layout = choiceOf(*layout_);
    fields.variant = choiceOf(*variant_).isEmpty() ? -1 : choiceOf(*variant_).toInt();
    fields.bandNames = bandNames_->text().trimmed();
    fields.bands = bands_->text().trimmed();
    fields.pixelScaleArcsec = pixelScale_->value();
    fields.stamp = int(stamp_->value());
    fields.labels = labels_->text().trimmed();
    for (std::size_t i = 0; i < 3; ++i) {
        fields.targets[i] = choiceOf(*targets_[i]);
    }
    fields.ellipticity = choiceOf(*ellipticity_);
    fields.shape = shape_->text().trimmed();
    fields.group = choiceOf(*group_);
    fields.normalisation = normalisation_->normalisation();
    return fields;
}

void ProfileDialog::changed() {
    if (!filling_) {
        use_->setEnabled(false);
        soon_.start();
    }
}

void ProfileDialog::setPreview(const ProfilePreview& preview) {
    preview_ = preview;
    showProblem(*note_, preview.problem);
    summary_->setText(preview.summary);
    summary_->setVisible(!preview.summary.isEmpty());
    notes_->setText(preview.notes.join(QLatin1Char('\n')));
    const bool seen = preview.format.channels > 0;
    const bool readable = preview.problem.isEmpty() && seen;
    thumbnails_->setFormat(preview.format);
    thumbnails_->setPixels(preview.pixels);
    thumbnails_->setVisible(seen);
    arrangePreview();
    histograms_->setHistograms(preview.format.bands, preview.histograms);
    network_->setVisible(readable && !preview.histograms.empty());
    use_->setEnabled(readable);
    showFound();
    // Where the remedy names fields, those are at fault.
    for (const auto& [field, widget] : fields_) {
        setBad(widget, preview.problem.remedy.contains(QStringLiteral("“%1”").arg(nameOf(field))));
    }
}

/// Bands in rows stand above what the network sees of them.
void ProfileDialog::arrangePreview() {
    pictures_->setDirection(thumbnails_->inRows() ? QBoxLayout::TopToBottom
                                                  : QBoxLayout::LeftToRight);
    pictures_->setSpacing(theme_.px(12));
}

/// Choices, and as placeholders what was found.
void ProfileDialog::showFound() {
    filling_ = true;
    const ProfileFields& found = preview_.found;
    offer(*images_, preview_.imageDatasets);
    QStringList variants;
    for (int i = 0; i < preview_.variants; ++i) {
        variants << QString::number(i);
    }
    offer(*variant_, variants);
    variant_->setEnabled(preview_.variants > 1);
    pixelScale_->setLeastText(found.pixelScaleArcsec > 0
                                  ? foundText(QLocale::c().toString(found.pixelScaleArcsec, 'g', 4))
                                  : tr("not stated"));
    stamp_->setLeastText(preview_.format.height > 0 ? tr("as stored, %1").arg(preview_.storedSide)
                                                    : tr("as stored"));
    for (std::size_t i = 0; i < 3; ++i) {
        offer(*targets_[i], preview_.columns);
        targets_[i]->lineEdit()->setPlaceholderText(foundText(found.targets[i]));
    }
    offer(*group_, QStringList(QStringLiteral("none")) + preview_.groups);
    const bool grouped = !found.group.isEmpty() && found.group != QLatin1String("none");
    group_->lineEdit()->setPlaceholderText(grouped ? foundText(found.group) : tr("none found"));
    bandNames_->setPlaceholderText(foundText(found.bandNames));
    bands_->setPlaceholderText(tr("all"));
    labels_->setPlaceholderText(found.labels.isEmpty() || found.labels == QLatin1String("none")
                                    ? tr("none found beside the file")
                                    : foundText(found.labels));
    shape_->setPlaceholderText(!found.shape.isEmpty()        ? foundText(found.shape)
                               : !found.targets[0].isEmpty() ? tr("e₁ and e₂ stand in the file")
                                                             : tr("columns that tell the shape"));
    filling_ = false;
}

void ProfileDialog::setSaveProblem(const QString& text) {
    setBad(name_, !text.isEmpty());
    name_->setToolTip(text);
    name_->setAccessibleDescription(text);
}

}  // namespace shearbench::widgets
