// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace shearbench::widgets {

/// How pixels are scaled before the network sees them: a title each, the document's word as data.
class NormalisationBox : public QComboBox {
    Q_OBJECT
  public:
    explicit NormalisationBox(QWidget* parent = nullptr);

    QString normalisation() const { return currentData().toString(); }
    /// A word that has no title is shown as it is. Emits nothing.
    void setNormalisation(const QString& word);
};

}  // namespace shearbench::widgets
