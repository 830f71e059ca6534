// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/form.h"

#include <QGridLayout>
#include <QLabel>

#include "widgets/style.h"

namespace shearbench::widgets {

Form::Form(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), grid_(new QGridLayout(this)) {
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setColumnStretch(1, 1);
    grid_->setColumnStretch(3, 1);
    connect(&theme, &Theme::changed, this, &Form::measure);
    measure();
}

void Form::measure() {
    grid_->setHorizontalSpacing(theme_.px(8));
    grid_->setVerticalSpacing(theme_.px(4));
    grid_->setColumnMinimumWidth(0, theme_.px(labelWidth_));
}

void Form::setLabelWidth(int px) {
    labelWidth_ = px;
    measure();
}

QLabel* Form::makeLabel(const QString& text, QWidget* field) {
    auto* label = new QLabel(text, this);
    setRole(label, Role::field);
    label->setBuddy(field);
    if (field->accessibleName().isEmpty()) {
        field->setAccessibleName(text);
    }
    return label;
}

QLabel* Form::makeMessage(int row) {
    auto* message = new QLabel(this);
    setRole(message, Role::problem);
    message->setWordWrap(true);
    message->hide();
    grid_->addWidget(message, row, 1, 1, 3);
    return message;
}

QLabel* Form::addRow(const QString& label, QWidget* field) {
    Row row;
    row.label = makeLabel(label, field);
    grid_->addWidget(row.label, nextRow_, 0);
    grid_->addWidget(field, nextRow_, 1, 1, 3);
    row.message = makeMessage(nextRow_ + 1);
    nextRow_ += 2;
    rows_.insert(field, row);
    measure();
    return row.label;
}

void Form::addPair(const QString& firstLabel, QWidget* first, const QString& secondLabel,
                   QWidget* second) {
    Row one, two;
    one.label = makeLabel(firstLabel, first);
    two.label = makeLabel(secondLabel, second);
    grid_->addWidget(one.label, nextRow_, 0);
    grid_->addWidget(first, nextRow_, 1);
    grid_->addWidget(two.label, nextRow_, 2);
    grid_->addWidget(second, nextRow_, 3);
    for (QWidget* field : {first, second}) {
        // Both as wide, whatever they hold.
        field->setSizePolicy(QSizePolicy::Ignored, field->sizePolicy().verticalPolicy());
    }
    one.message = makeMessage(nextRow_ + 1);
    two.message = makeMessage(nextRow_ + 2);
    nextRow_ += 3;
    rows_.insert(first, one);
    rows_.insert(second, two);
    measure();
}

void Form::addWide(QWidget* widget) {
    grid_->addWidget(widget, nextRow_++, 0, 1, 4);
}

void Form::setRowVisible(QWidget* field, bool visible) {
    const Row row = rows_.value(field);
    field->setVisible(visible);
    if (row.label != nullptr) {
        row.label->setVisible(visible);
        row.message->setVisible(visible && !row.message->text().isEmpty());
    }
}

void Form::setProblem(QWidget* field, const QString& text) {
    const Row row = rows_.value(field);
    if (row.message == nullptr) {
        return;
    }
    setBad(field, !text.isEmpty());
    field->setAccessibleDescription(text);
    row.message->setText(text);
    row.message->setVisible(!text.isEmpty());
}

QString Form::problem(const QWidget* field) const {
    const Row row = rows_.value(field);
    return row.message != nullptr ? row.message->text() : QString();
}

bool Form::hasProblems() const {
    for (const Row& row : rows_) {
        if (!row.message->text().isEmpty()) {
            return true;
        }
    }
    return false;
}

}  // namespace shearbench::widgets
