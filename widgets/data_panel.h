// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>
#include <QWidget>
#include <array>
#include <cstdint>

#include "widgets/problem.h"
#include "widgets/theme.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace shearbench::widgets {

class BandStrip;
class DetailsButton;
class Form;
class NumberEdit;
class SeedEdit;
class SplitBar;

/// What the user chose. Empty strings mean "as found in the file".
struct DataPanelState {
    QString file;
    QString images;                  ///< dataset path
    QString layout;                  ///< "NCHW", "NHWC", "NHW"
    std::array<QString, 3> targets;  ///< columns for e1, e2, redshift
    QString group;                   ///< column; "none": do not group
    double validationFraction = 0.1, testFraction = 0.1;
    std::uint64_t splitSeed = 1;

    bool operator==(const DataPanelState&) const = default;
};

/// What the file holds: shown, and offered as choices.
struct DataPanelFacts {
    bool loaded = false;
    QString fileSize;  ///< "983 MB"
    qint64 count = 0;
    int channels = 0, height = 0, width = 0;
    double pixelScaleArcsec = 0;  ///< 0: not stated
    QStringList bands;
    QString images, layout;              ///< the ones in use
    std::array<QString, 3> targets;      ///< the ones in use; empty: none found
    QString group;                       ///< the one in use; empty: none
    QString convention;                  ///< "(1−q)/(1+q)"; empty: not stated
    QStringList imageDatasets, columns;  ///< choices
    qint64 training = 0, validation = 0, test = 0;
    QStringList notes;    ///< sentences on what was assumed
    QStringList leftOut;  ///< sentences on cutouts that are not used, or not held in memory
};

/// The data section: file, what is in it, which columns are the labels, the split. Knows nothing of
/// files: the window reads what state() names and answers with setFacts() or setProblem().
class DataPanel : public QWidget {
    Q_OBJECT
  public:
    enum class Field { file, images, layout, e1, e2, redshift, group, validation, test, seed };

    Q_ENUM(Field)

    explicit DataPanel(const Theme& theme, QWidget* parent = nullptr);

    void setState(const DataPanelState& state);  ///< emits nothing
    DataPanelState state() const;
    /// False while a field holds what cannot be used; state() then keeps its last good value. The
    /// file's problem may be about another one that could not be opened, and does not count.
    bool isValid() const;

    void setFacts(const DataPanelFacts& facts);
    /// Says under the field what is wrong; an empty problem clears it. A problem of a folded field
    /// unfolds the details.
    void setProblem(Field field, const Problem& problem);
    void clearProblems();
    void setRunning(bool running);  ///< fields wait until it stops

    /// For the section's header: "983 MB", "not loaded".
    QString summary() const;

  Q_SIGNALS:
    void edited();             ///< state() is another one
    void browseRequested();    ///< the window shows its file dialog
    void describeRequested();  ///< the user wants to say more about how the file is read
    void problemAction(shearbench::widgets::DataPanel::Field field, int action);
    void summaryChanged();

  private:
    void build();
    void buildDetails();
    void measure();
    void showChoices();
    void showLabels();
    void readFields();
    void updateProblems();
    QWidget* widgetOf(Field field) const;

    const Theme& theme_;
    DataPanelState state_;
    DataPanelFacts facts_;
    QHash<int, Problem> problems_;
    Form *form_, *details_;
    DetailsButton* detailsButton_;
    QLineEdit* file_;
    QToolButton* browse_;
    QPushButton* describe_;
    Note* note_;
    QLabel *images_, *leftOut_, *notes_;
    BandStrip* bands_;
    QComboBox *labels_, *dataset_, *layout_, *group_;
    std::array<QComboBox*, 3> targets_{};
    SplitBar* split_;
    NumberEdit *validation_, *test_;
    SeedEdit* seed_;
};

}  // namespace shearbench::widgets
