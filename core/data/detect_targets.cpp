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
// Names for "the galaxy this cutout was made from"; one a row ("id", "object_id") would group
// nothing.
const std::vector<std::string> kGroupNames{"cosmos_ident", "cosmos_id", "cosmos_index", "id_cosmos",
                                           "ident",        "galaxy_id", "gal_id",       "id_galaxy",
                                           "galaxy",       "parent_id", "source_id",    "group_id",
                                           "group",        "object_id", "objid",        "obj_id"};

std::string component(std::string pattern, char number) {
    std::replace(pattern.begin(), pattern.end(), '%', number);
    return pattern;
}

std::string folderOf(const std::string& name) {
    return name.substr(0, name.find_last_of('/') + 1);
}

/// Columns are matched by their last part; the folder of the images goes first, and of a table its
/// first column.
class ColumnNames {
  public:
    explicit ColumnNames(const Schema& schema)
        : schema_(schema), imageFolder_(folderOf(schema.images.path.substr(1))) {}

    const Column* find(const std::string& lowerCaseBase) const {
        return findIn(schema_.columns, lowerCaseBase, false);
    }
    /// Integers, or texts where there are none of that name.
    const Column* findGroup(const std::string& lowerCaseBase) const {
        const Column* found = findIn(schema_.columns, lowerCaseBase, true);
        return found ? found : findIn(schema_.textColumns, lowerCaseBase, false);
    }

    static bool isTableColumn(const std::string& name) { return name.ends_with(']'); }

  private:
    const Column* findIn(const std::vector<Column>& columns, const std::string& lowerCaseBase,
                         bool integerOnly) const {
        const Column* found = nullptr;
        for (const Column& column : columns) {
            if (lowerCase(baseName(column.name)) != lowerCaseBase ||
                (integerOnly && !column.integer))
                continue;
            if (isTableColumn(column.name) && !column.name.ends_with("[0]"))
                continue;
            if (folderOf(column.name) == imageFolder_)
                return &column;
            if (!found)
                found = &column;
        }
        return found;
    }

    const Schema& schema_;
    std::string imageFolder_;
};

void noteTable(const Column& column, Schema& schema) {
    if (ColumnNames::isTableColumn(column.name))
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
        if (!first || !ColumnNames::isTableColumn(first->name))
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

bool isTargetName(int target, const std::string& name) {
    if (target == 2)
        return std::find(kRedshiftNames.begin(), kRedshiftNames.end(), name) !=
               kRedshiftNames.end();
    return std::any_of(
        kEllipticityNames.begin(), kEllipticityNames.end(),
        [&](const std::string& each) { return component(each, target == 0 ? '1' : '2') == name; });
}

/// What else could have been meant when nothing was found for a target.
void noteMissing(const std::vector<h5::DatasetInfo>& datasets, int target, Schema& schema) {
    for (const h5::DatasetInfo& dataset : datasets) {
        if (!isTargetName(target, lowerCase(baseName(dataset.path))) || dataset.extents.empty())
            continue;
        if (dataset.extents[0] != static_cast<std::uint64_t>(schema.count)) {
            schema.notes.push_back(
                fmt::format("The column {} is {} long for {} images and cannot be used.",
                            dataset.path, h5::toString(dataset.extents), schema.count));
            return;
        }
        if (dataset.kind == h5::ValueKind::text) {
            schema.notes.push_back(
                fmt::format("The column {} holds texts, where numbers were expected, and cannot be "
                            "used.",
                            dataset.path));
            return;
        }
        if (!dataset.missingFilter.empty()) {
            schema.notes.push_back(fmt::format("{} is compressed with {} and cannot be read.",
                                               dataset.path, dataset.missingFilter));
            return;
        }
    }
    schema.notes.push_back(
        fmt::format("No column was found for {}.", kTargetNames[static_cast<std::size_t>(target)]));
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
                column = statedColumn(datasets, schema.columns, column, "the shape", schema);
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

void findGroup(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
               const ColumnNames& names, Schema& schema) {
    if (request.group == "none")
        return;
    if (!request.group.empty()) {
        std::vector<Column> columns = schema.columns;
        columns.insert(columns.end(), schema.textColumns.begin(), schema.textColumns.end());
        schema.group = statedColumn(datasets, columns, request.group, "the group", schema);
        return;
    }
    for (const std::string& name : kGroupNames)
        if (const Column* column = names.findGroup(name)) {
            schema.group = column->name;
            schema.notes.push_back(
                fmt::format("Rows with the same {} stay on one side of the split.", column->name));
            return;
        }
}

}  // namespace

std::string statedColumn(const std::vector<h5::DatasetInfo>& datasets,
                         const std::vector<Column>& columns, const std::string& stated,
                         const std::string& purpose, const Schema& schema) {
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
    for (const h5::DatasetInfo& dataset : datasets)
        if (dataset.path.substr(1) == wanted) {
            if (!dataset.numeric() && dataset.kind != h5::ValueKind::compound)
                throw Error(
                    ErrorKind::data,
                    fmt::format("{} of {}, stated for {}, holds {} values, expected numbers.",
                                dataset.path, schema.file, purpose, dataset.type));
            throw Error(
                ErrorKind::data,
                fmt::format("{} of {}, stated for {}, is {}, expected {} numbers, one an image.",
                            dataset.path, schema.file, purpose, h5::toString(dataset.extents),
                            schema.count),
                dataset.extents.size() == 2
                    ? fmt::format("Name one of its columns: \"{}[0]\".", wanted)
                    : std::string());
        }
    std::vector<std::string> known;
    for (const Column& column : columns)
        known.push_back(column.name);
    throw Error(ErrorKind::data,
                fmt::format("There is no column \"{}\" for {} in {}; it has {}.", stated, purpose,
                            schema.file,
                            known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", "))));
}

void detectTargets(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                   DetectedSchema& detected) {
    Schema& schema = detected.schema;
    // Columns that a run recorded as derived/e1 are there only once the shape is.
    if (!request.shape.empty())
        deriveShape(datasets, request, detected);
    for (std::size_t i = 0; i < 3; ++i)
        if (!request.targets[i].empty())
            schema.targets[i] =
                statedColumn(datasets, schema.columns, request.targets[i], kTargetNames[i], schema);
    {
        const ColumnNames names(schema);
        if (schema.targets[0].empty() || schema.targets[1].empty())
            findEllipticity(names, schema);
        if (schema.targets[2].empty())
            findRedshift(names, schema);
    }
    if (request.shape.empty())
        deriveShape(datasets, request, detected);
    for (int i = 0; i < 3; ++i)
        if (schema.targets[static_cast<std::size_t>(i)].empty())
            noteMissing(datasets, i, schema);
    if (schema.targets[0].empty())
        notePossibleShape(schema);
    findGroup(datasets, request, ColumnNames(schema), schema);
}

}  // namespace shearbench::data
