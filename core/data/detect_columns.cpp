// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "core/data/detect.h"

namespace shearbench::data {
namespace {

constexpr std::uint64_t kWidestTable = 64;

}  // namespace

std::string baseName(const std::string& name) {
    std::string base = name.substr(name.find_last_of('/') + 1);
    base.resize(std::min(base.size(), base.find('[')));
    const std::size_t dot = base.find_last_of('.');
    return dot == std::string::npos ? base : base.substr(dot + 1);
}

std::vector<ColumnPlace> detectColumns(const std::vector<h5::DatasetInfo>& datasets,
                                       Schema& schema) {
    std::vector<ColumnPlace> places;
    const auto add = [&](const std::string& name, const std::string& type, h5::ValueKind kind,
                         ColumnPlace place) {
        if (kind != h5::ValueKind::integer && kind != h5::ValueKind::real)
            return;
        schema.columns.push_back({name, type, kind == h5::ValueKind::integer});
        places.push_back(std::move(place));
    };
    for (const h5::DatasetInfo& dataset : datasets) {
        const h5::Extents& extents = dataset.extents;
        if (extents.empty() || extents[0] != static_cast<std::uint64_t>(schema.count) ||
            !dataset.missingFilter.empty() || !dataset.missingSource.empty())
            continue;
        const std::string name = dataset.path.substr(1);
        if (extents.size() == 1) {
            add(name, dataset.type, dataset.kind, {dataset.path, -1, {}});
            for (const h5::Field& field : dataset.fields)
                add(name + "." + field.name, field.type, field.kind,
                    {dataset.path, -1, field.name});
        } else if (extents.size() == 2 && extents[1] <= kWidestTable) {
            for (std::uint64_t i = 0; i < extents[1]; ++i)
                add(fmt::format("{}[{}]", name, i), dataset.type, dataset.kind,
                    {dataset.path, static_cast<std::int64_t>(i), {}});
        }
    }
    return places;
}

}  // namespace shearbench::data
