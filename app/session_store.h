// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace shearbench::app {

/// What the window remembers from one start to the next, in XDG_STATE_HOME/shearbench/window.ini:
/// layout, theme, recent files. Losing it harms nothing; it cannot change a result.
class SessionStore {
  public:
    SessionStore();

    QByteArray geometry() const;
    QByteArray layout() const;
    void setLayout(const QByteArray& geometry, const QByteArray& layout);

    /// How the panes share the room: between the columns, and between the rows of the right one.
    QByteArray columns() const;
    QByteArray rows() const;
    void setSplits(const QByteArray& columns, const QByteArray& rows);
    bool pagesFolded() const;
    void setPagesFolded(bool folded);

    bool dark() const;
    void setDark(bool dark);

    /// Newest first; those that are gone are left out.
    QStringList recentFiles() const;
    void addRecentFile(const QString& path);
    void clearRecentFiles();

    QStringList foldedSections() const;
    void setFoldedSections(const QStringList& titles);

    /// XDG_DATA_HOME/shearbench: where the window's runs and simulated files go unless another
    /// place is chosen.
    static QString dataFolder();
    /// STEM.h5 there, or STEM_2.h5, STEM_3.h5 ... where that is taken: nothing is replaced unasked.
    static QString unusedFile(const QString& stem);
    static QString runsFolder() { return dataFolder() + QStringLiteral("/runs"); }

  private:
    QString file_;
};

}  // namespace shearbench::app
