// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QString>
#include <QVector>
#include <QWidget>

#include "widgets/theme.h"

class QGridLayout;
class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace shearbench::widgets {

class SkyBand;
class WelcomeCard;

struct WelcomeDevice {
    QString name, detail;  ///< "AMD EPYC, 2 cores", "ready"
    DeviceColour colour = DeviceColour::green;
};

struct RecentItem {
    QString path;
    QString name, detail;  ///< shown; the path is the tooltip
};

/// What is seen before anything is open: a sky band, three cards, the devices found, recent files.
/// Files may be dropped anywhere on it.
class WelcomePage : public QWidget {
    Q_OBJECT
  public:
    explicit WelcomePage(const Theme& theme, QWidget* parent = nullptr);

    /// Colour pictures of galaxies on black sky, strewn over the band. Empty: a plain dark band.
    void setGalaxies(const QVector<QImage>& pictures);
    void setDevices(const QVector<WelcomeDevice>& devices);
    void setRecent(const QVector<RecentItem>& items);
    /// The small line at the foot of the demo's card, "about 2 minutes, no file needed".
    void setDemoRemark(const QString& text);

  Q_SIGNALS:
    void demoRequested();
    void openRequested();
    void simulateRequested();
    void recentChosen(const QString& path);
    void fileDropped(const QString& path);

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

  private:
    void build();
    void measure();

    const Theme& theme_;
    QWidget *column_, *devices_, *recentBox_;
    SkyBand* sky_;
    WelcomeCard *demo_, *open_, *simulate_;
    QLabel *found_, *recentTitle_;
    QHBoxLayout *cards_, *recentRow_;
    QGridLayout* deviceGrid_;
    QVBoxLayout* recent_;
};

}  // namespace shearbench::widgets
