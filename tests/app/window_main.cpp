// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QApplication>

#include "tests/support/temporary_folder.h"

// The window in memory, at 96 dpi; what it keeps goes into a folder that is gone afterwards.
int main(int argc, char** argv) {
    const shearbench::test::TemporaryFolder folder;
    for (const char* variable : {"XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"})
        qputenv(variable, QByteArray::fromStdString((folder / variable).string()));
    qputenv("XDG_RUNTIME_DIR", QByteArray::fromStdString(folder.path().string()));
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_FONT_DPI", "96");
    testing::InitGoogleTest(&argc, argv);
    QApplication application(argc, argv);
    QApplication::setQuitOnLastWindowClosed(false);
    return RUN_ALL_TESTS();
}
