// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QToolButton>
#include <utility>
#include <vector>

namespace shearbench::app {

/// A small button that names what is chosen and opens a menu of the choices, which is built when it
/// opens: lighter than a combo box. For pane headers.
class PickerButton : public QToolButton {
    Q_OBJECT
  public:
    /// `name` for screen readers and the tooltip: "Network".
    explicit PickerButton(const QString& name, QWidget* parent = nullptr);

    /// Key and text of each. Keeps the chosen key if it is still there, else takes the first.
    void setChoices(std::vector<std::pair<QString, QString>> choices);
    void setCurrent(const QString& key);
    const QString& current() const { return current_; }

  Q_SIGNALS:
    void picked(const QString& key);  ///< by the user

  private:
    void showCurrent();
    void fillMenu();

    QString name_, current_;
    std::vector<std::pair<QString, QString>> choices_;
};

}  // namespace shearbench::app
