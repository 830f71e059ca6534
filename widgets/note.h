// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>

#include "widgets/theme.h"

class QLabel;
class QPushButton;

namespace shearbench::widgets {

/// A message that stands where its cause is: soft fill, bar at the left, icon, the first sentence
/// in bold (what happened), the cause with names and numbers, what to do, and at most two buttons.
/// The text can be selected and copied. One note a place; hide it when it no longer holds.
class Note : public QFrame {
    Q_OBJECT
  public:
    enum class Severity { warning, error };

    explicit Note(const Theme& theme, QWidget* parent = nullptr);

    /// All three are plain text; cause and remedy may be empty.
    void setMessage(Severity severity, const QString& sentence, const QString& cause = {},
                    const QString& remedy = {});
    /// For the text of an Error: its first sentence becomes the bold one.
    void setError(const QString& what, const QString& remedy, Severity severity = Severity::error);

    /// Texts of the buttons, at most two; the first is the one to press if `primary`.
    void setButtons(const QStringList& texts, bool primary = false);

    /// Everything it says, for tests and the log.
    QString text() const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    /// Button 0 or 1 was pressed.
    void buttonPressed(int index);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    void restyle();
    QString html() const;
    int textWidth(int width) const;
    int bodyHeight(int width) const;
    bool buttonsBesideEachOther(int width) const;
    int buttonsHeight(int width) const;

    const Theme& theme_;
    Severity severity_ = Severity::error;
    QString sentence_, cause_, remedy_;
    QLabel* label_;
    QWidget* buttonRow_;
    QPushButton* buttons_[2];
};

}  // namespace shearbench::widgets
