// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <array>
#include <utility>
#include <vector>

#include "widgets/band_histograms.h"
#include "widgets/cutout_image.h"
#include "widgets/problem.h"
#include "widgets/theme.h"

class QBoxLayout;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace shearbench::widgets {

class BandThumbnails;
class Form;
class NormalisationBox;
class NumberEdit;

/// How a file is read. Empty texts, 0 and variant -1 mean "as found in the file".
struct ProfileFields {
    QString images;            ///< dataset path
    QString layout;            ///< "NCHW", ...
    int variant = -1;          ///< of stacks with several of each image
    QString bandNames, bands;  ///< names with commas between: of all, and of those to read
    double pixelScaleArcsec = 0;
    int stamp = 0;                   ///< side to crop or pad to
    QString labels;                  ///< CSV file; "none"
    std::array<QString, 3> targets;  ///< columns for e1, e2, redshift
    QString ellipticity;             ///< "reduced-shear", "distortion"
    QString shape;                   ///< columns that e1 and e2 are made of
    QString group;                   ///< column; "none"
    /// Of what the network sees: "none", "asinh", "tanh_asinh".
    QString normalisation = QStringLiteral("asinh");

    bool operator==(const ProfileFields&) const = default;
};

/// What a file read like that holds.
struct ProfilePreview {
    Problem problem;      ///< why it cannot be read; then only the lists may be known
    QString summary;      ///< "6,000 images of 10 × 64 × 64, float32"
    ProfileFields found;  ///< what stands for what was left open
    QStringList imageDatasets, columns, groups;
    int variants = 1;
    int storedSide = 0;                     ///< of the images in the file, pixels
    QStringList notes;                      ///< what was assumed
    CutoutFormat format;                    ///< of the bands that are read
    CutoutPixels pixels;                    ///< of one galaxy
    std::vector<BandHistogram> histograms;  ///< of what the network sees, one a band
};

/// Asks what a file of cutouts holds where it does not say, and shows each band and what the
/// network will see of it. Values and signals only: the window reads files and keeps profiles.
class ProfileDialog : public QDialog {
    Q_OBJECT
  public:
    enum class Field {
        images,
        layout,
        variant,
        bandNames,
        bands,
        pixelScale,
        stamp,
        labels,
        e1,
        e2,
        redshift,
        ellipticity,
        shape,
        group,
        normalisation
    };

    explicit ProfileDialog(const Theme& theme, QWidget* parent = nullptr);

    /// As it stands before the field: "Bands read".
    static QString nameOf(Field field);

    void setFile(const QString& file);
    void setFields(const ProfileFields& fields);  ///< emits nothing
    ProfileFields fields() const;
    void setProfiles(const QStringList& names, const QString& current = {});
    void setPreview(const ProfilePreview& preview);
    /// Under the name of the profile; empty clears it.
    void setSaveProblem(const QString& text);

  Q_SIGNALS:
    void edited();  ///< a moment after the last change: a preview is wanted
    void profileChosen(const QString& name);
    void saveRequested(const QString& name);
    void labelsBrowseRequested();
    void useRequested();

  private:
    void build();
    QWidget* buildPreview();
    void measure();
    void changed();
    void showFound();
    void arrangePreview();

    const Theme& theme_;
    ProfilePreview preview_;
    bool filling_ = false;
    QTimer soon_;
    Form* form_;
    QLabel *file_, *summary_, *notes_;
    QWidget* network_;  ///< what it sees
    QComboBox *profile_, *images_, *layout_, *variant_, *ellipticity_, *group_;
    NormalisationBox* normalisation_;
    std::array<QComboBox*, 3> targets_{};
    QLineEdit *bandNames_, *bands_, *labels_, *shape_, *name_;
    NumberEdit *pixelScale_, *stamp_;
    QPushButton *browse_, *save_, *cancel_, *use_;
    Note* note_;
    BandThumbnails* thumbnails_;
    QBoxLayout* pictures_;
    std::vector<std::pair<Field, QWidget*>> fields_;
    BandHistograms* histograms_;
};

}  // namespace shearbench::widgets
