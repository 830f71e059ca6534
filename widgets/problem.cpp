// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/problem.h"

#include "widgets/note.h"

namespace shearbench::widgets {

void showProblem(Note& note, const Problem& problem, Note::Severity severity) {
    note.setVisible(!problem.isEmpty());
    if (!problem.isEmpty()) {
        if (problem.cause.isEmpty()) {
            note.setError(problem.sentence, problem.remedy, severity);
        } else {
            note.setMessage(severity, problem.sentence, problem.cause, problem.remedy);
        }
        note.setButtons(problem.actions);
    }
}

QString problemText(const Problem& problem) {
    QStringList parts{problem.sentence, problem.cause, problem.remedy};
    parts.removeAll(QString());
    return parts.join(' ');
}

}  // namespace shearbench::widgets
