// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/data/detect.h"
#include "core/data/text.h"
#include "core/error.h"

namespace shearbench::data {
namespace {

constexpr std::array<const char*, 3> kTargetNames{"e1", "e2", "redshift"};

// Lower case, most telling first. "%" stands for the component.
const std::vector<std::string> kEllipticityNames{"e%",
                                                 "e_%",
                                                 "e%_true",
                                                 "true_e%",
                                                 "e_true_%",
                                                 "ellipticity_%",
                                                 "ellipticity%",
                                                 "ellip_%",
                                                 "ellip%",
                                                 "g%",
                                                 "g_%",
                                                 "g%_true",
                                                 "true_g%",
                                                 "gamma%",
                                                 "gamma_%",
                                                 "shape_e%",
                                                 "catalog_shape_e%",
                                                 "e%_ksb",
                                                 "ksb_e%",
                                                 "ksb_g%",
                                                 "g%_ksb",
                                                 "e%_fit",
                                                 "regauss_e%",
                                                 "hsm_e%",
                                                 "e%_hsm",
                                                 "e%_ksb_0",
                                                 "e%_fit_0",
                                                 "eps%",
                                                 "eps_%",
                                                 "epsilon%",
                                                 "epsilon_%",
                                                 "shear_%",
                                                 "shear%"};
// Tables with the components as their two columns.
const std::vector<std::string> kEllipticityTables{
    "ellipticity", "ellipticities", "e", "e1e2", "shape", "g", "shear"};
const std::vector<std::string> kRedshiftNames{"redshift",       "z",
                                              "z_true",         "true_z",
                                              "ztrue",          "redshift_true",
                                              "true_redshift",  "z_spec",
                                              "zspec",          "spec_z",
                                              "specz",          "specz_redshift",
                                              "redshift_spec",  "spec_redshift",
                                              "z_cosmos",       "zphot",
                                              "z_phot",         "photo_z",
                                              "photoz",         "phot_z",
                                              "photo_redshift", "redshift_phot",
                                              "photoz_best",    "z_best",
                                              "redshift_0",     "z_phot_median",
                                              "zphot_best"};
std::string component(std::string pattern, char number) {
    std::replace(pattern.begin(), pattern.end(), '%', number);
    return pattern;
}

void noteTable(const Column& column, Schema& schema) {
    if (isTableColumn(column.name))
        schema.notes.push_back(
            fmt::format("{} is a table; {} is used.", baseName(column.name), column.name));
}

std::optional<std::string> tablePartner(const Schema& schema, const std::string& first) {
    const std::string stem = first.substr(0, first.size() - 3);
    int columns = 0;
    for (const Column& column : schema.columns)
        columns += column.name.starts_with(stem + "[");
    return columns == 2 ? std::optional(stem + "[1]") : std::nullopt;
}

/// Columns of numbers by the last part of their names; of a stated table alone, or of all.
class ColumnNames {
  public:
    ColumnNames(const Schema& schema, bool csvOnly) : schema_(schema), csvOnly_(csvOnly) {}
    const Column* find(const std::string& lowerCaseBase) const {
        return namedColumn(schema_, schema_.columns, lowerCaseBase, [this](const Column& column) {
            return !csvOnly_ || column.name.starts_with("csv/");
        });
    }

  private:
    const Schema& schema_;
    bool csvOnly_;
};

void findEllipticity(const ColumnNames& names, Schema& schema) {
    for (const std::string& pattern : kEllipticityNames) {
        const Column* first = names.find(component(pattern, '1'));
        const Column* second = names.find(component(pattern, '2'));
        if (!first || !second)
            continue;
        if (schema.targets[0].empty()) {
            schema.targets[0] = first->name;
            noteTable(*first, schema);
        }
        if (schema.targets[1].empty()) {
            schema.targets[1] = second->name;
            noteTable(*second, schema);
        }
        return;
    }
    for (const std::string& table : kEllipticityTables) {
        const Column* first = names.find(table);
        if (!first || !isTableColumn(first->name))
            continue;
        if (const auto second = tablePartner(schema, first->name)) {
            if (schema.targets[0].empty())
                schema.targets[0] = first->name;
            if (schema.targets[1].empty())
                schema.targets[1] = *second;
            return;
        }
    }
}

void findRedshift(const ColumnNames& names, Schema& schema) {
    for (const std::string& name : kRedshiftNames)
        if (const Column* column = names.find(name)) {
            schema.targets[2] = column->name;
            noteTable(*column, schema);
            return;
        }
}

void findTargets(const ColumnNames& names, Schema& schema) {
    if (schema.targets[0].empty() || schema.targets[1].empty())
        findEllipticity(names, schema);
    if (schema.targets[2].empty())
        findRedshift(names, schema);
}

bool isTargetName(int target, const std::string& name) {
    if (target == 2)
        return std::find(kRedshiftNames.begin(), kRedshiftNames.end(), name) !=
               kRedshiftNames.end();
    return std::any_of(
        kEllipticityNames.begin(), kEllipticityNames.end(),
        [&](const std::string& each) { return component(each, target == 0 ? '1' : '2') == name; });
}

/// What else could have been meant when nothing was found for a target.
void noteMissing(const std::vector<h5::DatasetInfo>& datasets, int target,
                 const DetectedSchema& detected, std::vector<std::string>& notes) {
    const Schema& schema = detected.schema;
    const std::string what = kTargetNames[static_cast<std::size_t>(target)];
    for (const h5::DatasetInfo& dataset : datasets)
        if (isTargetName(target, lowerCase(baseName(dataset.path))))
            if (const auto reason = whyNoColumn(dataset, schema.count)) {
                notes.push_back(*reason);
                return;
            }
    for (const Column& column : schema.textColumns)
        if (isTargetName(target, lowerCase(baseName(column.name)))) {
            notes.push_back(fmt::format("{} {}, where numbers were expected, and cannot be used.",
                                        column.name, heldTexts(detected, column.name)));
            return;
        }
    for (const Column& column : schema.columns)
        if (target < 2 && isTargetName(target, lowerCase(baseName(column.name)))) {
            notes.push_back(fmt::format(
                "{} is not used for {} without an {} of the same kind; state both with --e1 and "
                "--e2.",
                column.name, what, kTargetNames[static_cast<std::size_t>(1 - target)]));
            return;
        }
    notes.push_back(fmt::format("No column was found for {}.", what));
}

/// A table of labels that lies on its side.
void noteTransposed(const std::vector<h5::DatasetInfo>& datasets, Schema& schema) {
    constexpr std::uint64_t kMostLabels = 64;
    const auto count = static_cast<std::uint64_t>(schema.count);
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.numeric() && dataset.extents.size() == 2 && dataset.extents[1] == count &&
            dataset.extents[0] != count && dataset.extents[0] <= kMostLabels)
            schema.notes.push_back(fmt::format(
                "{} is {}, one row a column of labels: written the other way round, {} x {}, its "
                "columns can be used.",
                dataset.path, h5::toString(dataset.extents), count, dataset.extents[0]));
}

/// Second moments by the names of HSC, SDSS and plain catalogues: what comes before and after the
/// component.
constexpr std::array<std::array<const char*, 3>, 5> kMomentNames{{
    {"sdssshape_shape11", "sdssshape_shape22", "sdssshape_shape12"},
    {"shape11", "shape22", "shape12"},
    {"ixx", "iyy", "ixy"},
    {"qxx", "qyy", "qxy"},
    {"mxx", "myy", "mxy"},
}};

/// "r_" of "r_sdssshape_shape11" for "sdssshape_shape11"; nothing where it ends otherwise.
std::optional<std::string> prefixBefore(const std::string& name, const std::string& ending) {
    if (!name.ends_with(ending))
        return std::nullopt;
    return name.substr(0, name.size() - ending.size());
}

/// The second moments to use where there are several bands: r, i, or whatever comes first.
std::optional<ShapeColumns> findMoments(const Schema& schema) {
    std::optional<ShapeColumns> found;
    for (const auto& names : kMomentNames)
        for (const Column& first : schema.columns) {
            const auto prefix = prefixBefore(lowerCase(first.name), names[0]);
            if (!prefix)
                continue;
            ShapeColumns shape{.kind = ShapeColumns::Kind::moments,
                               .degrees = false,
                               .fromY = false,
                               .columns = {first.name, {}, {}}};
            for (const Column& other : schema.columns)
                for (std::size_t i = 1; i < 3; ++i)
                    if (lowerCase(other.name) == *prefix + names[i])
                        shape.columns[i] = other.name;
            if (shape.columns[1].empty() || shape.columns[2].empty())
                continue;
            const bool preferred = *prefix == "r_" || (*prefix == "i_" && found &&
                                                       !found->columns[0].starts_with("r_"));
            if (!found || preferred)
                found = shape;
        }
    return found;
}

/// An ellipticity or axis ratio with its angle, which only the user can tell the meaning of.
void notePossibleShape(Schema& schema) {
    for (const Column& angle : schema.columns) {
        const std::string name = lowerCase(angle.name);
        for (const char* ending : {"pos_angle", "position_angle", "theta", "phi", "pa"}) {
            const auto prefix = prefixBefore(name, ending);
            if (!prefix)
                continue;
            for (const Column& ratio : schema.columns)
                for (const auto& [word, kind] :
                     {std::pair{"ellipticity", "1-q"}, std::pair{"axis_ratio", "q"},
                      std::pair{"ba", "q"}, std::pair{"q", "q"}})
                    if (lowerCase(ratio.name) == *prefix + word) {
                        schema.notes.push_back(fmt::format(
                            "{} and {} could give e1 and e2: state what they are, for example "
                            "--shape \"{}:{}, degrees:{}\".",
                            ratio.name, angle.name, kind, ratio.name, angle.name));
                        return;
                    }
        }
    }
}

/// derived/e1 and derived/e2, where they were asked for or nothing else is there.
void deriveShape(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                 DetectedSchema& detected) {
    Schema& schema = detected.schema;
    if (!request.shape.empty()) {
        detected.shape = shapeColumnsFromText(request.shape);
        for (std::string& column : detected.shape->columns)
            if (!column.empty())
                column = statedColumn(datasets, schema.columns, column, "the shape", detected);
    } else if (schema.targets[0].empty() && schema.targets[1].empty()) {
        detected.shape = findMoments(schema);
    }
    if (!detected.shape)
        return;
    schema.shape = toString(*detected.shape);
    constexpr std::array<const char*, 2> kNames{"derived/e1", "derived/e2"};
    for (std::size_t i = 0; i < 2; ++i) {
        schema.columns.push_back({kNames[i], "float64", false});
        detected.places.push_back(
            {{}, static_cast<std::int64_t>(i), {}, ColumnPlace::Kind::derived});
        if (request.targets[i].empty())
            schema.targets[i] = kNames[i];
    }
}

}  // namespace

std::string statedColumn(const std::vector<h5::DatasetInfo>& datasets,
                         const std::vector<Column>& columns, const std::string& stated,
                         const std::string& purpose, const DetectedSchema& detected) {
    const Schema& schema = detected.schema;
    const std::string wanted = stated.starts_with('/') ? stated.substr(1) : stated;
    std::vector<std::string> loose;
    for (const Column& column : columns) {
        if (column.name == wanted)
            return column.name;
        const std::string name = lowerCase(column.name),
                          last = name.substr(name.find_last_of("/.") + 1);
        if (name == lowerCase(wanted) || last == lowerCase(wanted))
            loose.push_back(column.name);
    }
    if (loose.size() == 1)
        return loose.front();
    if (loose.size() > 1)
        throw Error(ErrorKind::data,
                    fmt::format("\"{}\", stated for {}, means several columns of {}: {}.", stated,
                                purpose, schema.file, fmt::join(loose, ", ")),
                    "State its whole name.");
    for (const Column& column : schema.textColumns)
        if (lowerCase(column.name) == lowerCase(wanted) ||
            lowerCase(baseName(column.name)) == lowerCase(wanted))
            throw Error(
                ErrorKind::data,
                fmt::format("{} of {}, stated for {}, {}; numbers were expected.", column.name,
                            schema.file, purpose, heldTexts(detected, column.name)),
                "Name another column, or write numbers there; an empty value or nan stands "
                "for one that is missing.");
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.path.substr(1) == wanted) {
            h5::requireReadable(dataset, schema.file);
            if (!dataset.numeric() && dataset.kind != h5::ValueKind::compound)
                throw Error(
                    ErrorKind::data,
                    fmt::format("{} of {}, stated for {}, holds {} values, expected numbers.",
                                dataset.path, schema.file, purpose, dataset.type),
                    "Name another column.");
            throw Error(
                ErrorKind::data,
                fmt::format("{} of {}, stated for {}, is {}, expected {} numbers, one an image.",
                            dataset.path, schema.file, purpose, h5::toString(dataset.extents),
                            schema.count),
                dataset.extents.size() == 2
                    ? fmt::format("Name one of its columns: \"{}[0]\".", wanted)
                    : std::string("Name another column."));
        }
    std::vector<std::string> known;
    for (const Column& column : columns)
        known.push_back(column.name);
    throw Error(ErrorKind::data,
                fmt::format("There is no column \"{}\" for {} in {}; it has {}.", stated, purpose,
                            schema.file,
                            known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))),
                "Name one of these, or a table that has it with --labels.");
}

namespace {

void requireDifferent(const Schema& schema) {
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t other = i + 1; other < 3; ++other)
            if (!schema.targets[i].empty() && schema.targets[i] == schema.targets[other])
                throw Error(ErrorKind::usage,
                            fmt::format("{} would be both {} and {}.", schema.targets[i],
                                        kTargetNames[i], kTargetNames[other]),
                            fmt::format("State another column with --{} or --{}.", kTargetNames[i],
                                        kTargetNames[other]));
}

}  // namespace

void detectTargets(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                   DetectedSchema& detected) {
    Schema& schema = detected.schema;
    // Columns that a run recorded as derived/e1 are there only once the shape is.
    if (!request.shape.empty())
        deriveShape(datasets, request, detected);
    for (std::size_t i = 0; i < 3; ++i)
        if (!request.targets[i].empty())
            schema.targets[i] = statedColumn(datasets, schema.columns, request.targets[i],
                                             kTargetNames[i], detected);
    // What was stated goes before what lies with the images.
    if (isStatedTable(request))
        findTargets(ColumnNames(schema, true), schema);
    findTargets(ColumnNames(schema, false), schema);
    requireDifferent(schema);
    if (request.shape.empty())
        deriveShape(datasets, request, detected);
    std::vector<std::string> missing;
    for (int i = 0; i < 3; ++i)
        if (schema.targets[static_cast<std::size_t>(i)].empty())
            noteMissing(datasets, i, detected, missing);
    schema.notes.insert(schema.notes.end(), missing.begin(), missing.end());
    if (!missing.empty())
        noteTransposed(datasets, schema);
    if (schema.targets[0].empty())
        notePossibleShape(schema);
}

}  // namespace shearbench::data
