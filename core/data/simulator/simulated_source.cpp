// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/simulated_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

#include "core/data/simulator/cutout_simulator.h"
#include "core/data/simulator/label_columns.h"
#include "core/data/simulator/simulate.h"
#include "core/error.h"

namespace shearbench::data::simulator {

namespace {

struct SourceColumn {
    std::string name;
    bool integer = false;
    bool measured = false;  ///< on the image
    std::function<double(const CutoutLabels&)> value;
};

std::vector<SourceColumn> columnsOf(const GalaxyRecipe& recipe) {
    const auto measured = [](const std::string& name) {
        return name == "snr" || name == "blendedness_r";
    };
    std::vector<SourceColumn> columns;
    for (const GalaxyColumn& column : galaxyColumns())
        columns.push_back({column.name, false, measured(column.name),
                           [value = column.value](const CutoutLabels& labels) {
                               return value(labels.central());
                           }});
    for (const CutoutColumn& column : cutoutColumns(recipe.mostGalaxies > 1))
        columns.push_back({column.name, false, measured(column.name), column.value});
    for (std::size_t band = 0; band < kBands; ++band)
        columns.push_back(
            {fmt::format("flux[{}]", band), false, false,
             [band](const CutoutLabels& labels) { return labels.central().galaxy.flux[band]; }});
    columns.push_back({"sed", true, false, [](const CutoutLabels& labels) {
                           return static_cast<double>(sedCode(labels.central().galaxy));
                       }});
    columns.push_back({"galaxy_id", true, false, [](const CutoutLabels& labels) {
                           return static_cast<double>(labels.central().galaxy.id);
                       }});
    std::sort(columns.begin(), columns.end(),
              [](const SourceColumn& a, const SourceColumn& b) { return a.name < b.name; });
    return columns;
}

Schema schemaOf(const SimulatedData& settings, const std::vector<SourceColumn>& columns) {
    Schema schema;
    schema.file = fmt::format("simulated galaxies (seed {})", settings.seed);
    schema.count = settings.galaxies;
    schema.channels = static_cast<int>(kBands);
    schema.height = schema.width = kStampSize;
    schema.images = {
        "images",
        {static_cast<std::uint64_t>(settings.galaxies), kBands, kStampSize, kStampSize},
        "float32"};
    for (const char band : kBandNames)
        schema.bands.emplace_back(1, band);
    schema.pixelScaleArcsec = kPixelScale;
    schema.units = kImageUnits;
    for (const SourceColumn& column : columns)
        schema.columns.push_back(
            {column.name, column.integer ? "int64" : "float32", column.integer});
    schema.targets = {"e1", "e2", "redshift"};
    schema.convention = EllipticityConvention::reducedShear;
    if (settings.recipe.turnedPairs)
        schema.group = "galaxy_id";
    for (const double sky : kSky)
        schema.skySigma.push_back(std::sqrt(sky));
    schema.zeroPoints.assign(kZeropointAb.begin(), kZeropointAb.end());
    return schema;
}

void check(const SimulatedData& settings) {
    if (settings.galaxies < 1 || settings.galaxies > kLargestCount)
        throw Error(ErrorKind::usage,
                    fmt::format("Simulating galaxies: {} were asked for; expected 1 to {}.",
                                settings.galaxies, kLargestCount));
    if (settings.recipe.turnedPairs && settings.galaxies % 2 != 0)
        throw Error(ErrorKind::usage,
                    fmt::format("Simulating galaxies: {} cannot be turned pairs; expected an even "
                                "number.",
                                settings.galaxies));
}

}  // namespace

struct SimulatedSource::Impl {
    explicit Impl(const SimulatedData& asked)
        : settings(asked),
          columns(columnsOf(asked.recipe)),
          schema(schemaOf(asked, columns)),
          grids(CutoutSimulator::makeGrids(asked.recipe)) {}

    const SourceColumn& column(const std::string& name) const;
    const std::vector<double>& values(const SourceColumn& column);
    void fillColumns(bool measured);

    using Simulator = std::unique_ptr<CutoutSimulator>;
    Simulator borrow();
    void giveBack(Simulator simulator);
    /// Calls `draw(simulator, i)` for i = 0..count-1, from several threads if that pays.
    void forEach(std::size_t count, const std::function<void(CutoutSimulator&, std::size_t)>& draw);

    const SimulatedData settings;
    const std::vector<SourceColumn> columns;
    const Schema schema;
    const std::shared_ptr<const FourierGrids> grids;

    std::mutex simulatorsMutex;
    std::vector<Simulator> idle;

    std::mutex columnsMutex;
    std::vector<std::vector<double>> values_{std::vector<std::vector<double>>(columns.size())};
};

const SourceColumn& SimulatedSource::Impl::column(const std::string& name) const {
    for (const SourceColumn& column : columns)
        if (column.name == name)
            return column;
    throw Error(ErrorKind::data, fmt::format("Simulated galaxies have no column \"{}\".", name),
                "Columns are listed in data/FORMAT.md.");
}

const std::vector<double>& SimulatedSource::Impl::values(const SourceColumn& wanted) {
    const std::lock_guard held(columnsMutex);
    const auto index = static_cast<std::size_t>(&wanted - columns.data());
    if (values_[index].empty())
        fillColumns(wanted.measured);
    return values_[index];
}

void SimulatedSource::Impl::fillColumns(bool measured) {
    const auto rows = static_cast<std::size_t>(settings.galaxies);
    std::vector<std::size_t> filled;
    std::vector<std::vector<double>> values;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].measured == measured) {
            filled.push_back(i);
            values.emplace_back(rows);
        }
    forEach(rows, [&](CutoutSimulator& simulator, std::size_t row) {
        const CutoutLabels labels = simulator.labels(static_cast<std::int64_t>(row), measured);
        for (std::size_t i = 0; i < filled.size(); ++i)
            values[i][row] = columns[filled[i]].value(labels);
    });
    for (std::size_t i = 0; i < filled.size(); ++i)
        values_[filled[i]] = std::move(values[i]);
}

SimulatedSource::Impl::Simulator SimulatedSource::Impl::borrow() {
    {
        const std::lock_guard held(simulatorsMutex);
        if (!idle.empty()) {
            Simulator simulator = std::move(idle.back());
            idle.pop_back();
            return simulator;
        }
    }
    return std::make_unique<CutoutSimulator>(settings.seed, settings.recipe, grids);
}

void SimulatedSource::Impl::giveBack(Simulator simulator) {
    const std::lock_guard held(simulatorsMutex);
    idle.push_back(std::move(simulator));
}

void SimulatedSource::Impl::forEach(
    std::size_t count, const std::function<void(CutoutSimulator&, std::size_t)>& draw) {
    constexpr std::size_t kWorthAThread = 4;
    const std::size_t cores = std::max(1u, std::thread::hardware_concurrency());
    const std::size_t threads = std::clamp<std::size_t>(count / kWorthAThread, 1, cores);
    std::atomic<std::size_t> next = 0;
    std::mutex failureMutex;
    std::exception_ptr failure;
    const auto work = [&] {
        try {
            Simulator simulator = borrow();
            for (std::size_t i = next++; i < count; i = next++)
                draw(*simulator, i);
            giveBack(std::move(simulator));
        } catch (...) {
            const std::lock_guard held(failureMutex);
            failure = std::current_exception();
            next = count;
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (std::size_t i = 1; i < threads; ++i)
            helpers.emplace_back(work);
        work();
    }
    if (failure)
        std::rethrow_exception(failure);
}

SimulatedSource::SimulatedSource(const SimulatedData& settings) {
    check(settings);
    impl_ = std::make_unique<Impl>(settings);
}

SimulatedSource::~SimulatedSource() = default;

const Schema& SimulatedSource::schema() const {
    return impl_->schema;
}

void SimulatedSource::readImages(std::span<const std::int64_t> rows, std::span<float> out) const {
    readEpoch(0, rows, {}, out, {});
}

void SimulatedSource::readEpoch(std::int64_t epoch, std::span<const std::int64_t> rows,
                                std::span<const std::string> columns, std::span<float> images,
                                std::span<float> values) const {
    requireRows(impl_->schema, rows, images.size());
    std::vector<const SourceColumn*> wanted;
    if (!values.empty())
        for (const std::string& name : columns)
            wanted.push_back(&impl_->column(name));
    if (values.size() != rows.size() * wanted.size())
        throw Error(ErrorKind::data, fmt::format("{} columns of {} rows do not fit {} values",
                                                 wanted.size(), rows.size(), values.size()));
    impl_->forEach(rows.size(), [&](CutoutSimulator& simulator, std::size_t i) {
        const CutoutLabels labels =
            simulator.draw(epoch * impl_->settings.galaxies + rows[i],
                           images.subspan(i * kCutoutValues, kCutoutValues));
        for (std::size_t j = 0; j < wanted.size(); ++j)
            values[i * wanted.size() + j] = static_cast<float>(wanted[j]->value(labels));
    });
}

std::vector<double> SimulatedSource::readColumn(const std::string& name) const {
    return impl_->values(impl_->column(name));
}

std::vector<std::int64_t> SimulatedSource::readIntegerColumn(const std::string& name) const {
    const SourceColumn& column = impl_->column(name);
    if (!column.integer)
        throw Error(
            ErrorKind::data,
            fmt::format("The column \"{}\" of simulated galaxies holds no whole numbers.", name));
    const std::vector<double>& values = impl_->values(column);
    return {values.begin(), values.end()};
}

}  // namespace shearbench::data::simulator
