// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/profile_controller.h"

#include <QFileDialog>
#include <QFileInfo>

#include "app/reading_words.h"
#include "core/dataset_profile.h"

namespace shearbench::app {

namespace {

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

QString joined(const std::vector<std::string>& names) {
    QStringList list;
    for (const std::string& name : names)
        list << text(name);
    return list.join(QStringLiteral(", "));
}

std::vector<std::string> namesIn(const QString& list) {
    std::vector<std::string> names;
    for (const QString& name : list.split(QLatin1Char(','), Qt::SkipEmptyParts))
        if (!name.trimmed().isEmpty())
            names.push_back(name.trimmed().toStdString());
    return names;
}

}  // namespace

DataSettings withFields(DataSettings data, const widgets::ProfileFields& fields) {
    data.images = fields.images.toStdString();
    data.layout = fields.layout.toStdString();
    data.variant = fields.variant;
    data.bandNames = namesIn(fields.bandNames);
    data.bands = namesIn(fields.bands);
    data.pixelScaleArcsec = fields.pixelScaleArcsec;
    data.stamp = fields.stamp;
    data.labels = fields.labels.toStdString();
    for (std::size_t i = 0; i < 3; ++i)
        data.targets[i] = fields.targets[i].toStdString();
    data.ellipticity = fields.ellipticity.toStdString();
    data.shape = fields.shape.toStdString();
    data.group = fields.group.toStdString();
    if (!fields.normalisation.isEmpty() &&
        data.normalisation != fields.normalisation.toStdString()) {
        data.normalisation = fields.normalisation.toStdString();
        data.normalisationScale.clear();
    }
    return data;
}

widgets::ProfileFields fieldsOf(const DataSettings& data) {
    widgets::ProfileFields fields;
    fields.images = text(data.images);
    fields.layout = text(data.layout);
    fields.variant = data.variant;
    fields.bandNames = joined(data.bandNames);
    fields.bands = joined(data.bands);
    fields.pixelScaleArcsec = data.pixelScaleArcsec;
    fields.stamp = data.stamp;
    fields.labels = text(data.labels);
    for (std::size_t i = 0; i < 3; ++i)
        fields.targets[i] = text(data.targets[i]);
    fields.ellipticity = text(data.ellipticity);
    fields.shape = text(data.shape);
    fields.group = text(data.group);
    fields.normalisation = text(data.normalisation);
    return fields;
}

ProfileController::ProfileController(const widgets::Theme& theme, QObject* parent)
    : QObject(parent), theme_(theme) {}

void ProfileController::build(QWidget* parent) {
    using widgets::ProfileDialog;
    dialog_ = new ProfileDialog(theme_, parent);
    connect(dialog_, &ProfileDialog::edited, this, &ProfileController::preview);
    connect(dialog_, &ProfileDialog::profileChosen, this, &ProfileController::take);
    connect(dialog_, &ProfileDialog::saveRequested, this, &ProfileController::save);
    connect(dialog_, &ProfileDialog::labelsBrowseRequested, this, [this] {
        const QString file = QFileDialog::getOpenFileName(
            dialog_, tr("Table of labels"), QFileInfo(text(data_.file)).absolutePath(),
            tr("Tables (*.csv *.tsv *.txt);;All files (*)"));
        if (file.isEmpty())
            return;
        widgets::ProfileFields fields = dialog_->fields();
        fields.labels = file;
        dialog_->setFields(fields);
        preview();
    });
    connect(dialog_, &ProfileDialog::useRequested, this, [this] {
        dialog_->hide();
        Q_EMIT chosen(wanted());
    });
}

void ProfileController::show(const DataSettings& data, QWidget* parent) {
    if (!dialog_)
        build(parent);
    data_ = data;
    dialog_->setFile(text(data.file));
    dialog_->setFields(fieldsOf(data));
    dialog_->setPreview({});
    QStringList names;
    for (const std::string& name : profileNames())
        names << text(name);
    dialog_->setProfiles(names);
    dialog_->show();
    dialog_->raise();
    preview();
}

DataSettings ProfileController::wanted() const {
    return withFields(data_, dialog_->fields());
}

void ProfileController::preview() {
    const std::uint64_t call = ++newest_;
    background_.clear();
    background_.run([data = wanted()] { return previewOf(data); },
                    [this, call](const widgets::ProfilePreview& result) {
                        if (call != newest_ || !dialog_)
                            return;
                        dialog_->setPreview(result);
                        Q_EMIT previewed();
                    },
                    [this, call](const Failure& failure) {
                        if (call != newest_ || !dialog_)
                            return;
                        widgets::ProfilePreview result;
                        result.problem = {failure.sentence, {}, inFields(failure.remedy), {}};
                        dialog_->setPreview(result);
                    });
}

void ProfileController::save(const QString& name) {
    try {
        writeProfile({name.toStdString(), readingOf(wanted())});
    } catch (const Error& problem) {
        dialog_->setSaveProblem(QString::fromUtf8(problem.what()) + QLatin1Char(' ') +
                                text(problem.remedy()));
        return;
    }
    QStringList names;
    for (const std::string& each : profileNames())
        names << text(each);
    dialog_->setProfiles(names, name);
}

void ProfileController::take(const QString& name) {
    try {
        const DatasetProfile profile = readProfile(name.toStdString());
        dialog_->setFields(fieldsOf(withReading(wanted(), profile.reading)));
        preview();
    } catch (const Error& problem) {
        widgets::ProfilePreview result;
        result.problem = {QString::fromUtf8(problem.what()), {}, text(problem.remedy()), {}};
        dialog_->setPreview(result);
    }
}

}  // namespace shearbench::app
