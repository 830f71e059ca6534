// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>

#include "app/background.h"
#include "core/experiment.h"
#include "widgets/profile_dialog.h"

namespace shearbench::app {

/// Shows how a file is read and asks for what it does not say. Reads previews on a thread of its
/// own and keeps the saved profiles.
class ProfileController : public QObject {
    Q_OBJECT
  public:
    explicit ProfileController(const widgets::Theme& theme, QObject* parent = nullptr);

    /// Opens the dialog on the file of `data`, with what it states.
    void show(const DataSettings& data, QWidget* parent);
    widgets::ProfileDialog* dialog() const { return dialog_; }

  Q_SIGNALS:
    /// The user wants the file read like this.
    void chosen(const shearbench::DataSettings& data);
    void previewed();  ///< the dialog shows a new preview

  private:
    void build(QWidget* parent);
    DataSettings wanted() const;
    void preview();
    void save(const QString& name);
    void take(const QString& name);

    const widgets::Theme& theme_;
    QPointer<widgets::ProfileDialog> dialog_;
    DataSettings data_;
    std::uint64_t newest_ = 0;
    Background background_;  // last: its thread ends before what its jobs use
};

/// What the dialog's fields say, on top of `data`.
DataSettings withFields(DataSettings data, const widgets::ProfileFields& fields);
widgets::ProfileFields fieldsOf(const DataSettings& data);

/// Opens the file of `data` and looks at a few cutouts. Any thread; what is wrong becomes its
/// problem.
widgets::ProfilePreview previewOf(const DataSettings& data);

}  // namespace shearbench::app
