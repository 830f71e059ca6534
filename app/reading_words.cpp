// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/reading_words.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <utility>

#include "widgets/profile_dialog.h"

namespace shearbench::app {

namespace {

using widgets::ProfileDialog;

const std::pair<const char*, ProfileDialog::Field> kOptions[] = {
    {"images", ProfileDialog::Field::images},
    {"layout", ProfileDialog::Field::layout},
    {"variant", ProfileDialog::Field::variant},
    {"band-names", ProfileDialog::Field::bandNames},
    {"bands", ProfileDialog::Field::bands},
    {"pixel-scale", ProfileDialog::Field::pixelScale},
    {"stamp", ProfileDialog::Field::stamp},
    {"labels", ProfileDialog::Field::labels},
    {"e1", ProfileDialog::Field::e1},
    {"e2", ProfileDialog::Field::e2},
    {"redshift", ProfileDialog::Field::redshift},
    {"ellipticity", ProfileDialog::Field::ellipticity},
    {"shape", ProfileDialog::Field::shape},
    {"group", ProfileDialog::Field::group},
};

QString tr(const char* text) {
    return QCoreApplication::translate("Reading", text);
}

}  // namespace

QString inFields(QString text) {
    for (const auto& [option, field] : kOptions)
        text.replace(
            QRegularExpression(QStringLiteral("--%1(?![\\w-])").arg(QLatin1String(option))),
            QStringLiteral("“%1”").arg(ProfileDialog::nameOf(field)));
    return text;
}

widgets::Problem dataProblem(const Failure& failure) {
    const QString ask = tr("Say what it holds");
    widgets::Problem problem;
    problem.sentence = inFields(failure.sentence);
    problem.remedy = failure.remedy.isEmpty() ? tr("Check its name, or choose another file.")
                                              : inFields(failure.remedy);
    if (problem.remedy != failure.remedy && !failure.remedy.isEmpty())
        problem.remedy += tr(" “%1” leads there.").arg(ask);
    problem.actions = QStringList{tr("Other file"), ask};
    return problem;
}

}  // namespace shearbench::app
