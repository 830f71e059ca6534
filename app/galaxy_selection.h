// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace shearbench::app {

/// The one galaxy that is chosen, by its row in the file; whoever shows galaxies follows it and may
/// set it. -1: none.
class GalaxySelection : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    qint64 row() const { return row_; }
    void select(qint64 row) {
        if (row != row_) {
            row_ = row;
            Q_EMIT changed(row);
        }
    }

  Q_SIGNALS:
    void changed(qint64 row);

  private:
    qint64 row_ = -1;
};

}  // namespace shearbench::app
