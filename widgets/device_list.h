// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QListView>
#include <QString>
#include <vector>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// A device as a list shows it.
struct DeviceRow {
    enum class Check { none, running, passed, failed };

    QString id;      ///< stable, "cpu"
    QString name;    ///< "AMD EPYC, 2 cores"
    QString detail;  ///< "CPU, 15.6 GB, AVX-512"
    QString rate;    ///< measured, "198 GFLOP/s"; empty: not measured
    DeviceColour colour = DeviceColour::green;
    Check check = Check::none;  ///< the device's self-test
    QString checkTip;           ///< what it found
    int maxThreads = 0;         ///< 0: threads cannot be chosen
    double memoryMB = 0;        ///< 0: unknown
    bool tunable = false;       ///< has several ways to compute a layer
};

class DeviceModel;

/// The devices of this computer; one is chosen. A row not yet tested offers its self-test as a link
/// (click, or T on the chosen row). As high as its rows.
class DeviceList : public QListView {
    Q_OBJECT
  public:
    explicit DeviceList(const Theme& theme, QWidget* parent = nullptr);

    /// Keeps the chosen id if it is still there, else none is chosen.
    void setDevices(const std::vector<DeviceRow>& devices);
    const DeviceRow* device(const QString& id) const;
    const std::vector<DeviceRow>& devices() const;
    QString current() const;  ///< empty: none
    /// Emits nothing; an id that is not there chooses none.
    void setCurrent(const QString& id);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void chosen(const QString& id);  ///< by the user
    void selfTestRequested(const QString& id);

  protected:
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

  private:
    bool isOnLink(const QPoint& position, QString* id) const;

    const Theme& theme_;
    DeviceModel* model_;
    bool quiet_ = false;
};

}  // namespace shearbench::widgets
