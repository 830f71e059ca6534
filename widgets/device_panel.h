// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

#include "widgets/device_list.h"
#include "widgets/memory_bar.h"
#include "widgets/problem.h"
#include "widgets/theme.h"

class QComboBox;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace shearbench::widgets {

class Form;

struct DevicePanelState {
    QString id = QStringLiteral("cpu");
    int threads = 0;         ///< 0: all
    double memoryCapMB = 0;  ///< 1e6 bytes; 0: none
    QString checkedBy = {};  ///< id of a device that makes the same steps; empty: none

    bool operator==(const DevicePanelState&) const = default;
};

/// A memory cap that is offered by name: {286, "as the GC2"}.
struct MemoryCapChoice {
    double megabytes = 0;
    QString remark;
};

/// The device section: which device, how many threads, what the batch needs of its memory.
class DevicePanel : public QWidget {
    Q_OBJECT
  public:
    explicit DevicePanel(const Theme& theme, QWidget* parent = nullptr);

    void setDevices(const std::vector<DeviceRow>& devices);
    void setMemoryCaps(const std::vector<MemoryCapChoice>& choices);
    void setState(const DevicePanelState& state);  ///< emits nothing
    DevicePanelState state() const;
    bool isValid() const;

    /// Where it does not fit, a note offers the largest batch that does and to remove the cap.
    void setMemory(const std::optional<MemoryUse>& use);
    void setProblem(const Problem& problem);  ///< of the device itself
    void setAbsent(const Problem& problem);   ///< of devices and drivers that are not in the list
    void setRunning(bool running);

    QString summary() const;  ///< "3 found"

  Q_SIGNALS:
    void edited();
    void batchSuggested(int batch);  ///< the user took the offer
    void selfTestRequested(const QString& id);
    void profileRequested();  ///< the user wants to see where a step's time goes
    void tuneRequested();     ///< and to have the device's ways to compute tried
    void problemAction(int action);
    void summaryChanged();

  private:
    void measure();
    void showDevice();
    void fillCheckers();
    void readCap(const QString& text);
    void takeCap(double megabytes);
    void showCap();
    void setCapProblem(const QString& text);
    void showMemoryNote();
    void takeOffer(int action);

    const Theme& theme_;
    DevicePanelState state_;
    std::vector<MemoryCapChoice> caps_;
    std::optional<MemoryUse> memory_;
    int devices_ = 0;
    DeviceList* list_;
    Note *absentNote_, *deviceNote_, *memoryNote_;
    QWidget* below_;
    MemoryBar* bar_;
    Form* form_;
    QSpinBox* threads_;
    QWidget* capRow_;
    QComboBox* cap_;
    QToolButton* profile_;
    QComboBox* checkedBy_;
    QPushButton* tune_;
};

}  // namespace shearbench::widgets
