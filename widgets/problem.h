// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include "widgets/note.h"

namespace shearbench::widgets {

/// Something that went wrong, as it stands beside the place that caused it.
struct Problem {
    QString sentence;          ///< what, in one sentence; empty: nothing is wrong
    QString cause = {};        ///< names and numbers, may be empty
    QString remedy = {};       ///< what to do, may be empty
    QStringList actions = {};  ///< texts of at most two buttons

    bool isEmpty() const { return sentence.isEmpty(); }
};

/// Shows the problem in the note, or hides the note when nothing is wrong.
void showProblem(Note& note, const Problem& problem,
                 Note::Severity severity = Note::Severity::error);

/// Sentence, cause and remedy in one line, for under a field.
QString problemText(const Problem& problem);

}  // namespace shearbench::widgets
