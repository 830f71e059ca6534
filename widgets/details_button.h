// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// A small button that shows and hides the less used part of a form; hidden at first.
class DetailsButton : public QToolButton {
    Q_OBJECT
  public:
    DetailsButton(const Theme& theme, QWidget* details, QWidget* parent = nullptr);

    bool isOpen() const { return isChecked(); }
    void setOpen(bool open) { setChecked(open); }
    /// Says "Details" beside the dots, where it stands alone.
    void setWithName(bool on);

  private:
    void measure();

    const Theme& theme_;
};

}  // namespace shearbench::widgets
