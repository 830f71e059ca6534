// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QDir>
#include <QTextStream>

#include "core/error.h"
#include "widgets/theme.h"

namespace shearbench::test {

/// The main() of a program that saves pictures into the folder it is given, light and dark:
/// `save` is called with the theme, the folder and what the files' names end with, "_dark_2x".
template <class Save>
int galleryMain(int argc, char** argv, const char* program, const Save& save) try {
    QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() != 2) {
        QTextStream(stderr) << "usage: " << program << " FOLDER\n";
        return 2;
    }
    const QDir folder(arguments[1]);
    folder.mkpath(QStringLiteral("."));
    widgets::Theme theme;
    theme.applyToApplication();
    const QString scale = QStringLiteral("_%1x").arg(application.devicePixelRatio());
    for (const bool dark : {false, true}) {
        theme.setDark(dark);
        save(theme, folder, (dark ? QStringLiteral("_dark") : QStringLiteral("_light")) + scale);
    }
    return 0;
} catch (const Error& error) {
    QTextStream(stderr) << error.what() << '\n' << QString::fromStdString(error.remedy()) << '\n';
    return error.exitCode();
}

}  // namespace shearbench::test
