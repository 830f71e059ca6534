// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/device_table.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>
#include <cmath>

#include "core/benchmark/environment.h"
#include "core/benchmark/published.h"
#include "core/device/registry.h"
#include "widgets/figure_export.h"
#include "widgets/number_item.h"

namespace shearbench::app {

namespace {

using benchmark::DeviceRecord;
using benchmark::Results;

/// 0 stands for unknown.
QStandardItem* knownItem(double value) {
    return widgets::numberItem(value > 0 ? value : std::nan(""), 4);
}

/// Every device of this machine, measured or as it says of itself.
std::vector<DeviceRecord> localDevices(bool measure) {
    std::vector<DeviceRecord> list;
    for (const auto& device : device::allDevices())
        list.push_back(benchmark::describeDevice(*device, {}, measure));
    return list;
}

}  // namespace

struct DeviceTable::Row {
    QString name, source;
    double cores = 0, clockGHz = 0, memoryMB = 0, teraflops = 0, gigabytesPerSecond = 0, watts = 0;
};

DeviceTable::DeviceTable(QObject* parent) : QStandardItemModel(parent) {}

void DeviceTable::add(const Row& row) {
    appendRow({new QStandardItem(row.name), new QStandardItem(row.source), knownItem(row.cores),
               knownItem(row.clockGHz), knownItem(row.memoryMB), knownItem(row.teraflops),
               knownItem(row.gigabytesPerSecond), knownItem(row.watts)});
}

void DeviceTable::setDevices(const std::vector<Results>& results,
                             const std::vector<DeviceRecord>& further) {
    clear();
    setHorizontalHeaderLabels({tr("device"), tr("source"), tr("cores or compute units"),
                               tr("clock in GHz"), tr("memory in MB"),
                               tr("single precision in TFLOP/s"), tr("memory rate in GB/s"),
                               tr("maximum power in W")});
    const auto addLocal = [this](const DeviceRecord& device, const QString& where) {
        add({QString::fromStdString(device.name),
             device.gflops > 0 ? tr("measured on %1").arg(where) : tr("stated by %1").arg(where),
             static_cast<double>(device.computeUnits), device.clockMHz / 1e3,
             static_cast<double>(device.memoryBytes) / 1e6, device.gflops / 1e3,
             device.gigabytesPerSecond, device.maxPowerWatts.value_or(0)});
    };
    for (const Results& from : results)
        for (const DeviceRecord& device : from.devices)
            addLocal(device, QString::fromStdString(from.machine.host));
    for (const DeviceRecord& device : further)
        if (results.empty() || !results.front().device(device.id))
            addLocal(device, tr("this computer"));
    for (const benchmark::PublishedDevice& device : benchmark::published().devices)
        add({QString::fromStdString(device.name), tr("stated, published 2021"),
             static_cast<double>(device.cores), 0, device.memoryMB, device.teraflops, 0,
             device.maxPowerWatts});
}

DeviceTableDialog::DeviceTableDialog(const std::vector<Results>& results, QWidget* parent)
    : QDialog(parent) {
    setWindowTitle(tr("Devices"));
    table_.setDevices(results, localDevices(false));
    auto* column = new QVBoxLayout(this);
    auto* view = new QTableView;
    view->setModel(&table_);
    view->setAccessibleName(tr("Devices"));
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setShowGrid(false);
    view->verticalHeader()->hide();
    column->addWidget(view);
    auto* remark = new QLabel(tr("Measuring this computer's devices"));
    remark->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(remark);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons->addButton(tr("Copy table"), QDialogButtonBox::ActionRole),
            &QPushButton::clicked, this, [this] {
                QApplication::clipboard()->setText(widgets::tableText(table_, QLatin1Char('\t')));
            });
    column->addWidget(buttons);
    const auto fit = [view] { view->resizeColumnsToContents(); };
    fit();
    resize(view->horizontalHeader()->length() + 60, 320);
    const auto end = [this, remark](const QString& words) {
        complete_ = true;
        remark->setText(words);
    };
    background_.run([] { return localDevices(true); },
                    [this, results, fit, end](const std::vector<DeviceRecord>& measured) {
                        table_.setDevices(results, measured);
                        fit();
                        end(
                            tr("Rates are measured: multiply-add in single precision, reading and "
                               "writing memory. Published ones are the makers'."));
                    },
                    [end](const Failure& failure) { end(failure.sentence); });
}

}  // namespace shearbench::app
