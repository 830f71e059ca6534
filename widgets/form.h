// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <QWidget>

#include "widgets/theme.h"

class QGridLayout;
class QLabel;

namespace shearbench::widgets {

/// Rows of a label and a field, with room under each for what is wrong with it.
class Form : public QWidget {
    Q_OBJECT
  public:
    explicit Form(const Theme& theme, QWidget* parent = nullptr);

    /// The label becomes the field's buddy and, where it has none, its accessible name.
    QLabel* addRow(const QString& label, QWidget* field);
    /// Two short fields on one row.
    void addPair(const QString& firstLabel, QWidget* first, const QString& secondLabel,
                 QWidget* second);
    void addWide(QWidget* widget);  ///< across label and field
    /// Indents a row's field as far as these pixels (at 96 dpi); 72 unless set.
    void setLabelWidth(int px);
    void setRowVisible(QWidget* field, bool visible);

    /// Marks a field (property "bad") and says under it what is wrong; an empty text clears it.
    /// The text is part of the field's accessible description.
    void setProblem(QWidget* field, const QString& text);
    QString problem(const QWidget* field) const;
    bool hasProblems() const;

  private:
    struct Row {
        QLabel* label = nullptr;
        QLabel* message = nullptr;
    };
    QLabel* makeLabel(const QString& text, QWidget* field);
    QLabel* makeMessage(int row);
    void measure();

    const Theme& theme_;
    QGridLayout* grid_;
    QHash<const QWidget*, Row> rows_;
    int nextRow_ = 0, labelWidth_ = 72;
};

}  // namespace shearbench::widgets
