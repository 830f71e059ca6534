// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "app/background.h"
#include "widgets/problem.h"

// What core says about how a file is read, in the window's words.

namespace shearbench::app {

/// `text` with fields of the profile dialog for the options of the command line that stand for
/// them: “Bands read” for --bands.
QString inFields(QString text);

/// Why a file could not be opened, for beside the data; its second button asks how to read it.
widgets::Problem dataProblem(const Failure& failure);

}  // namespace shearbench::app
