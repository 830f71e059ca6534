// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableView>
#include <QTest>
#include <QToolButton>

#include <cmath>

#include "widgets/band_strip.h"
#include "widgets/check_view.h"
#include "widgets/data_panel.h"
#include "widgets/device_panel.h"
#include "widgets/network_panel.h"
#include "widgets/number_edit.h"
#include "widgets/section.h"
#include "widgets/training_panel.h"
#include "widgets/tune_table.h"

namespace shearbench::widgets {
namespace {

/// Types over what is in the field.
void type(QLineEdit* field, const QString& text) {
    field->selectAll();
    QTest::keyClicks(field, text);
    if (text.isEmpty()) {
        QTest::keyClick(field, Qt::Key_Delete);
    }
}

template <class Field>
Field* named(QWidget& parent, const QString& name) {
    for (Field* field : parent.findChildren<Field*>()) {
        if (field->accessibleName() == name) {
            return field;
        }
    }
    ADD_FAILURE() << "no field " << name.toStdString();
    return nullptr;
}

bool says(QWidget& parent, const QString& part) {
    for (QLabel* label : parent.findChildren<QLabel*>()) {
        if (label->isVisibleTo(&parent) && label->text().contains(part)) {
            return true;
        }
    }
    return false;
}

TEST(NumberEdit, ReadsWholeNumbersWhateverTheLocale) {
    NumberEdit edit(NumberEdit::Kind::whole, 1, 4096);
    QSignalSpy edited(&edit, &NumberEdit::valueEdited);
    type(&edit, "1,024");
    EXPECT_EQ(edit.value(), 1024);
    EXPECT_TRUE(edit.problem().isEmpty());
    type(&edit, "5000");
    EXPECT_EQ(edit.problem(), "A whole number from 1 to 4,096.");
    EXPECT_EQ(edit.value(), 500);  // the last good one while typing
    type(&edit, "2.5");
    EXPECT_FALSE(edit.problem().isEmpty());
    type(&edit, "x");
    EXPECT_FALSE(edit.problem().isEmpty());
    type(&edit, "");
    EXPECT_FALSE(edit.problem().isEmpty());
    edit.setValue(8);
    EXPECT_TRUE(edit.problem().isEmpty());
    edited.clear();
    QTest::keyClick(&edit, Qt::Key_Up);
    EXPECT_EQ(edit.value(), 9);
    EXPECT_EQ(edited.count(), 1);
    edit.setValue(1);
    QTest::keyClick(&edit, Qt::Key_Down);
    EXPECT_EQ(edit.value(), 1);
}

TEST(NumberEdit, ReadsRealNumbers) {
    NumberEdit edit(NumberEdit::Kind::real, 1e-9, 10);
    type(&edit, "1e-5");
    EXPECT_DOUBLE_EQ(edit.value(), 1e-5);
    type(&edit, "nan");
    EXPECT_FALSE(edit.problem().isEmpty());
    type(&edit, "inf");
    EXPECT_FALSE(edit.problem().isEmpty());
    edit.setValue(1e-3);
    EXPECT_EQ(edit.text(), "0.001");
    QTest::keyClick(&edit, Qt::Key_Up);
    EXPECT_DOUBLE_EQ(edit.value(), 2e-3);
    QTest::keyClick(&edit, Qt::Key_Down);
    QTest::keyClick(&edit, Qt::Key_Down);
    EXPECT_DOUBLE_EQ(edit.value(), 5e-4);
}

TEST(SeedEdit, HoldsAll64Bits) {
    SeedEdit edit;
    edit.setValue(18446744073709551615ULL);
    EXPECT_EQ(edit.text(), "18446744073709551615");
    type(&edit, "18446744073709551616");
    EXPECT_FALSE(edit.problem().isEmpty());
    type(&edit, "9007199254740993");
    EXPECT_EQ(edit.value(), 9007199254740993ULL);
    type(&edit, "-1");
    EXPECT_FALSE(edit.problem().isEmpty());
}

DataPanelFacts facts() {
    DataPanelFacts facts;
    facts.loaded = true;
    facts.fileSize = QStringLiteral("983 MB");
    facts.count = 10000;
    facts.channels = 6;
    facts.height = facts.width = 64;
    facts.pixelScaleArcsec = 0.2;
    facts.bands = QStringList{"u", "g", "r"};
    facts.images = QStringLiteral("/images");
    facts.layout = QStringLiteral("NCHW");
    facts.targets = {"e1", "e2", "redshift"};
    facts.imageDatasets = QStringList{"/images", "/noiseless"};
    facts.columns = QStringList{"e1", "e2", "redshift", "id"};
    facts.training = 8000;
    return facts;
}

TEST(DataPanel, KeepsItsState) {
    Theme theme;
    DataPanel panel(theme);
    QSignalSpy edited(&panel, &DataPanel::edited);
    DataPanelState state;
    state.file = QStringLiteral("/data/a.h5");
    state.images = QStringLiteral("/noiseless");
    state.layout = QStringLiteral("NHWC");
    state.targets = {"e2", "e1", "not_there"};
    state.group = QStringLiteral("id");
    state.validationFraction = 0.25;
    state.testFraction = 0.05;
    state.splitSeed = 1ULL << 60U;
    panel.setState(state);
    EXPECT_TRUE(panel.state() == state);
    panel.setFacts(facts());
    EXPECT_TRUE(panel.state() == state);
    EXPECT_EQ(edited.count(), 0);
    EXPECT_EQ(panel.summary(), "983 MB");
    EXPECT_TRUE(says(panel, QStringLiteral("10,000 of 6 × 64 × 64, 0.2″ per pixel")));
    // Another field leaves what was chosen before as it is.
    type(named<QLineEdit>(panel, "Validation"), "0.2");
    state.validationFraction = 0.2;
    EXPECT_TRUE(panel.state() == state);
    EXPECT_GE(edited.count(), 1);
}

TEST(DataPanel, ReportsAnotherFileOnce) {
    Theme theme;
    DataPanel panel(theme);
    QSignalSpy edited(&panel, &DataPanel::edited);
    auto* file = named<QLineEdit>(panel, "File");
    type(file, "b.h5");
    EXPECT_EQ(edited.count(), 0);
    QTest::keyClick(file, Qt::Key_Return);
    EXPECT_EQ(edited.count(), 1);
    EXPECT_EQ(panel.state().file, "b.h5");
    EXPECT_EQ(panel.summary(), "not loaded");
}

TEST(DataPanel, SaysWhatIsWrongUnderTheField) {
    Theme theme;
    DataPanel panel(theme);
    panel.setFacts(facts());
    QSignalSpy action(&panel, &DataPanel::problemAction);
    panel.setProblem(DataPanel::Field::file,
                     {"The images cannot be read.", "LZF", "Rewrite it.", {"Other file"}});
    EXPECT_TRUE(panel.isValid()) << "it may be about another file";
    auto* file = named<QLineEdit>(panel, "File");
    EXPECT_TRUE(file->property("bad").toBool());
    EXPECT_TRUE(file->accessibleDescription().contains("Rewrite it."));
    for (auto* button : panel.findChildren<QPushButton*>()) {
        if (button->text() == "Other file") {
            button->click();
        }
    }
    ASSERT_EQ(action.count(), 1);
    panel.setProblem(DataPanel::Field::file, {{}});
    EXPECT_TRUE(panel.isValid());
    panel.setProblem(DataPanel::Field::redshift, {"There is no such column."});
    EXPECT_FALSE(panel.isValid());
    EXPECT_TRUE(says(panel, "There is no such column."));
    EXPECT_TRUE(named<QComboBox>(panel, "Redshift")->property("bad").toBool());
    panel.clearProblems();
    EXPECT_TRUE(panel.isValid());
}

TEST(DataPanel, LeavesSomethingToTrainOn) {
    Theme theme;
    DataPanel panel(theme);
    panel.setFacts(facts());
    type(named<QLineEdit>(panel, "Validation"), "0.6");
    type(named<QLineEdit>(panel, "Test"), "0.4");
    EXPECT_FALSE(panel.isValid());
    EXPECT_TRUE(says(panel, "nothing to train on"));
    EXPECT_LT(panel.state().validationFraction + panel.state().testFraction, 1);
    type(named<QLineEdit>(panel, "Test"), "0.3");
    EXPECT_TRUE(panel.isValid());
    EXPECT_DOUBLE_EQ(panel.state().testFraction, 0.3);
}

std::vector<Recipe> recipes() {
    return {{"stable", "Stable", {}, {}}, {"paper", "Paper", {}, {1e-3, "constant", 0.01, 0, 0}}};
}

TEST(TrainingPanel, KeepsItsState) {
    Theme theme;
    TrainingPanel panel(theme);
    panel.setRecipes(recipes());
    TrainingPanelState state;
    state.recipe = QStringLiteral("custom");
    state.batch = 14;
    state.epochs = 110;
    state.values = {0.002, "cosine", 0.1, 250, 2.5, 0.25, 3, -5.5, "cross_entropy", "none"};
    state.kl = KlOf::weights;
    state.turnsAndFlips = false;
    state.seed = 20240;
    QSignalSpy edited(&panel, &TrainingPanel::edited);
    panel.setState(state);
    EXPECT_TRUE(panel.state() == state);
    EXPECT_EQ(edited.count(), 0);
    EXPECT_EQ(panel.summary(), "batch 14, rate 0.002");
    panel.setEstimate(QStringLiteral("about 32 min"));
    EXPECT_EQ(panel.summary(), "about 32 min");
}

TEST(TrainingPanel, RecipesFillInAndAreRecognised) {
    Theme theme;
    TrainingPanel panel(theme);
    panel.setRecipes(recipes());
    TrainingPanelState state;
    state.recipe = QStringLiteral("paper");  // but these are the values of the other
    panel.setState(state);
    EXPECT_EQ(panel.state().recipe, "stable");
    auto* rate = named<QLineEdit>(panel, "Learning rate");
    type(rate, "0.01");
    EXPECT_EQ(panel.state().recipe, "custom");
    type(rate, "0.001");
    EXPECT_EQ(panel.state().recipe, "stable");
    auto* recipe = named<QComboBox>(panel, "Recipe");
    QSignalSpy edited(&panel, &TrainingPanel::edited);
    recipe->setCurrentIndex(1);
    Q_EMIT recipe->activated(1);
    EXPECT_EQ(edited.count(), 1);
    EXPECT_EQ(panel.state().recipe, "paper");
    EXPECT_EQ(panel.state().values.schedule, "constant");
    EXPECT_EQ(panel.state().values.warmupSteps, 0);
}

TEST(TrainingPanel, ShowsWhatTheNetworksLossHas) {
    Theme theme;
    TrainingPanel panel(theme);
    panel.setRecipes(recipes());
    TrainingPanelState state = panel.state();
    const auto shown = [&] {
        std::vector<bool> hidden;
        for (const char* name : {"KL weight", "KL warm-up epochs", "Rho start"})
            hidden.push_back(!named<QLineEdit>(panel, name)->isHidden());
        hidden.push_back(!named<QComboBox>(panel, "Reconstruction loss")->isHidden());
        return hidden;
    };
    EXPECT_EQ(shown(), (std::vector{false, false, false, false}));
    state.kl = KlOf::weights;
    panel.setState(state);
    EXPECT_EQ(shown(), (std::vector{true, true, true, false}));
    EXPECT_EQ(panel.state().recipe, "stable");
    type(named<QLineEdit>(panel, "Rho start"), "-5");
    type(named<QLineEdit>(panel, "KL weight"), "0.1");
    EXPECT_EQ(panel.state().values.rhoStart, -5);
    EXPECT_EQ(panel.state().values.klWeight, 0.1);
    EXPECT_EQ(panel.state().recipe, "custom");
    state.kl = KlOf::latents;
    panel.setState(state);
    EXPECT_EQ(shown(), (std::vector{true, true, true, true}));
}

TEST(TrainingPanel, FlagsBadValuesAndKeepsTheLastGoodOne) {
    Theme theme;
    TrainingPanel panel(theme);
    panel.setRecipes(recipes());
    auto* batch = named<QLineEdit>(panel, "Batch");
    type(batch, "8");
    type(batch, "0");
    EXPECT_FALSE(panel.isValid());
    EXPECT_EQ(panel.state().batch, 8);
    EXPECT_TRUE(batch->property("bad").toBool());
    EXPECT_TRUE(says(panel, "A whole number from 1 to 4,096."));
    type(batch, "16");
    EXPECT_TRUE(panel.isValid());
    EXPECT_FALSE(batch->property("bad").toBool());
    panel.setProblem(TrainingPanel::Field::batch, QStringLiteral("It does not fit."));
    EXPECT_TRUE(says(panel, "It does not fit."));
    type(batch, "4");
    EXPECT_FALSE(says(panel, "It does not fit."));
}

TEST(TrainingPanel, WaitsWhileRunning) {
    Theme theme;
    TrainingPanel panel(theme);
    panel.setRunning(true);
    EXPECT_FALSE(named<QLineEdit>(panel, "Batch")->isEnabled());
    EXPECT_TRUE(says(panel, "Running. Changes wait until it stops."));
    panel.setRunning(false);
    EXPECT_TRUE(named<QLineEdit>(panel, "Batch")->isEnabled());
    EXPECT_FALSE(says(panel, "Running."));
}

std::vector<DeviceRow> devices() {
    DeviceRow cpu, other;
    cpu.id = QStringLiteral("cpu");
    cpu.name = QStringLiteral("A CPU");
    cpu.maxThreads = 4;
    cpu.check = DeviceRow::Check::passed;
    other.id = QStringLiteral("eigen");
    other.name = QStringLiteral("Another");
    return {cpu, other};
}

TEST(DevicePanel, KeepsItsState) {
    Theme theme;
    DevicePanel panel(theme);
    panel.setMemoryCaps({{286, "as the GC2"}});
    QSignalSpy edited(&panel, &DevicePanel::edited);
    const DevicePanelState state{QStringLiteral("eigen"), 3, 123.5};
    panel.setState(state);
    EXPECT_TRUE(panel.state() == state);
    EXPECT_FALSE(panel.isValid());  // no such device yet
    panel.setDevices(devices());
    EXPECT_TRUE(panel.state() == state);
    EXPECT_TRUE(panel.isValid());
    EXPECT_EQ(panel.summary(), "2 found");
    EXPECT_EQ(edited.count(), 0);
}

TEST(DevicePanel, ReadsMemoryCaps) {
    Theme theme;
    DevicePanel panel(theme);
    panel.setDevices(devices());
    panel.setMemoryCaps({{286, "as the GC2"}});
    auto* cap = named<QLineEdit>(panel, "Memory cap");
    const auto enter = [&](const QString& text) {
        type(cap, text);
        QTest::keyClick(cap, Qt::Key_Return);
    };
    enter("300");
    EXPECT_EQ(panel.state().memoryCapMB, 300);
    enter("0.5 GB");
    EXPECT_EQ(panel.state().memoryCapMB, 500);
    enter("much");
    EXPECT_EQ(panel.state().memoryCapMB, 500);
    EXPECT_FALSE(panel.isValid());
    EXPECT_TRUE(says(panel, "A number of MB"));
    enter("286");
    EXPECT_TRUE(panel.isValid());
    EXPECT_EQ(cap->text(), "286 MB, as the GC2");
    enter("none");
    EXPECT_EQ(panel.state().memoryCapMB, 0);
}

TEST(DevicePanel, OffersWhatFits) {
    Theme theme;
    DevicePanel panel(theme);
    panel.setDevices(devices());
    panel.setState({QStringLiteral("cpu"), 0, 286});
    MemoryUse use;
    use.batch = 64;
    use.weights = 24;
    use.activations = 335;
    use.limit = 286;
    use.fitsUpTo = 50;
    panel.setMemory(use);
    EXPECT_TRUE(says(panel, "Batch 64 does not fit."));
    QSignalSpy batch(&panel, &DevicePanel::batchSuggested);
    QSignalSpy edited(&panel, &DevicePanel::edited);
    for (auto* button : panel.findChildren<QPushButton*>()) {
        if (button->isVisibleTo(&panel)) {
            button->click();
        }
    }
    ASSERT_EQ(batch.count(), 1);
    EXPECT_EQ(batch[0][0].toInt(), 50);
    EXPECT_EQ(edited.count(), 1);
    EXPECT_EQ(panel.state().memoryCapMB, 0);
    use.limit = 1000;
    panel.setMemory(use);
    EXPECT_FALSE(says(panel, "does not fit"));
}

TEST(DevicePanel, ChoosesAndTestsWithTheKeyboard) {
    Theme theme;
    DevicePanel panel(theme);
    panel.setDevices(devices());
    panel.setState({QStringLiteral("cpu"), 0, 0});
    auto* list = panel.findChild<DeviceList*>();
    QSignalSpy test(&panel, &DevicePanel::selfTestRequested);
    QTest::keyClick(list, Qt::Key_Down);
    EXPECT_EQ(panel.state().id, "eigen");
    QTest::keyClick(list, Qt::Key_T);
    ASSERT_EQ(test.count(), 1);
    EXPECT_EQ(test[0][0].toString(), "eigen");
    panel.setRunning(true);
    EXPECT_FALSE(list->isEnabled());
}

TEST(DevicePanel, LetsAnotherDeviceCheckTheChosenOne) {
    Theme theme;
    DevicePanel panel(theme);
    panel.setDevices(devices());
    panel.setState({QStringLiteral("cpu"), 0, 0, QStringLiteral("eigen")});
    auto* checker = named<QComboBox>(panel, "Checked by");
    EXPECT_EQ(checker->count(), 2);  // nothing and the other one
    EXPECT_EQ(checker->currentData().toString(), "eigen");
    EXPECT_TRUE(panel.isValid());
    QSignalSpy edited(&panel, &DevicePanel::edited);
    QTest::keyClick(panel.findChild<DeviceList*>(), Qt::Key_Down);
    EXPECT_EQ(panel.state().id, "eigen");  // and no device checks itself
    EXPECT_EQ(panel.state().checkedBy, "");
    EXPECT_EQ(checker->currentIndex(), 0);
    QTest::keyClick(checker, Qt::Key_Down);
    EXPECT_EQ(panel.state().checkedBy, "cpu");
    EXPECT_EQ(edited.count(), 2);
    panel.setState({QStringLiteral("cpu"), 0, 0, QStringLiteral("gone")});
    EXPECT_FALSE(panel.isValid());
}

TEST(DevicePanel, OffersTuningWhereThereIsAChoice) {
    Theme theme;
    DevicePanel panel(theme);
    std::vector<DeviceRow> rows = devices();
    rows[1].tunable = true;
    panel.setDevices(rows);
    panel.setState({QStringLiteral("cpu"), 0, 0});
    QPushButton* tune = nullptr;
    for (auto* button : panel.findChildren<QPushButton*>()) {
        if (button->text() == QStringLiteral("Tune…")) {
            tune = button;
        }
    }
    ASSERT_TRUE(tune);
    EXPECT_FALSE(tune->isVisibleTo(&panel));
    panel.setState({QStringLiteral("eigen"), 0, 0});
    EXPECT_TRUE(tune->isVisibleTo(&panel));
    EXPECT_FALSE(tune->toolTip().isEmpty());
    QSignalSpy wanted(&panel, &DevicePanel::tuneRequested);
    QTest::keyClick(tune, Qt::Key_Space);
    EXPECT_EQ(wanted.count(), 1);
    panel.setRunning(true);
    EXPECT_FALSE(tune->isEnabled());
}

TEST(DevicePanel, SaysWhatWasLeftOut) {
    Theme theme;
    DevicePanel panel(theme);
    EXPECT_EQ(panel.summary(), "being looked for");
    panel.setDevices(devices());
    panel.setAbsent({"The OpenCL driver bad.icd ended, so it was left out.", {}, "Repair it."});
    EXPECT_TRUE(says(panel, "bad.icd"));
    panel.setAbsent({});
    EXPECT_FALSE(says(panel, "bad.icd"));
}

TEST(BandColour, TellsYFromY) {
    const Theme theme;
    const QColor y = theme.band(5), other = theme.colour(Colour::borderStrong);
    EXPECT_EQ(bandColour(theme, "Y", {"g", "Y"}), y);
    EXPECT_EQ(bandColour(theme, "nisp-Y", {"lsst-y", "nisp-Y"}), other);
    EXPECT_EQ(bandColour(theme, "lsst-y", {"lsst-y", "nisp-Y"}), y);
    EXPECT_EQ(bandColour(theme, "J", {"J"}), other);
}

TEST(CheckView, ShowsWhereDevicesDiffer) {
    const Theme theme;
    CheckView view(theme);
    CheckScene scene;
    scene.headline = QStringLiteral("They agree.");
    scene.tolerance = 1e-5;
    scene.limit = 1e-1;
    scene.rows = {{"conv1.kernel", 2e-7, 3e-7, 1e-6, 0.5},
                  {"conv2.kernel", 2e-1, 3e-3, 1e-2, 0.5},
                  {"conv3.kernel", std::nan(""), std::nan(""), std::nan(""), 1}};
    view.setScene(scene);
    view.resize(900, 300);
    view.show();
    EXPECT_TRUE(says(view, "They agree."));
    auto* table = view.findChild<QTableView*>();
    const QAbstractItemModel& model = *table->model();
    ASSERT_EQ(model.rowCount(), 3);
    const auto colour = [&](int row) {
        return model.index(row, 2).data(Qt::ForegroundRole).value<QColor>();
    };
    EXPECT_EQ(model.index(0, 0).data(), "conv1.kernel");
    EXPECT_EQ(colour(0), theme.colour(Colour::text));
    EXPECT_EQ(colour(1), theme.colour(Colour::fail));
    EXPECT_EQ(model.index(1, 3).data(Qt::ForegroundRole).value<QColor>(),
              theme.colour(Colour::warn));
    EXPECT_EQ(colour(2), theme.colour(Colour::fail));
    EXPECT_EQ(model.index(2, 2).data(), "not finite");
    for (int column = 0; column < model.columnCount(); ++column) {
        EXPECT_FALSE(
            model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
    }
    table->selectRow(1);
    scene.rows[1].typical = 1e-6;
    view.setScene(scene);  // a later step
    EXPECT_EQ(table->currentIndex().row(), 1);
    EXPECT_EQ(colour(1), theme.colour(Colour::text));
}

TEST(TuneTable, AddsUpWhatWasFound) {
    const Theme theme;
    TuneTable table(theme);
    table.setRows({{"conv1", 2e-3, 1e-3, 12, 0}});
    auto* view = table.findChild<QTableView*>();
    EXPECT_EQ(view->model()->rowCount(), 1);
    table.setRows({{"conv1", 2e-3, 1e-3, 12, 0}, {"conv2", 1e-3, 1e-3, 8, 2}});
    const QAbstractItemModel& model = *view->model();
    ASSERT_EQ(model.rowCount(), 3);
    EXPECT_EQ(model.index(0, 3).data(), "2.00 ×");
    EXPECT_EQ(model.index(1, 3).data(), "");
    EXPECT_EQ(model.index(2, 0).data(), "together");
    EXPECT_EQ(model.index(2, 3).data(), "1.50 ×");
    EXPECT_EQ(model.index(2, 4).data(), "20");
}

TEST(NetworkPanel, ShowsANetworkPartByPart) {
    const Theme theme;
    NetworkPanel panel(theme);
    panel.setParts(
        {{"encoder", "Encoder", {}, {{"conv", "8", 30, {}}}, {30, 30, 1e6}},
         {"flow", "Flow", {}, {{"made", "4", 12, {}}, {"made", "4", 12, {}}}, {24, 24, 1e3}}},
        "encoder 30, flow 24");
    panel.show();
    EXPECT_EQ(panel.summary(), "54 parameters");
    auto* table = panel.findChild<QTableView*>();
    EXPECT_EQ(table->model()->rowCount(), 1);
    panel.showPart("flow");
    EXPECT_EQ(table->model()->rowCount(), 2);
    EXPECT_TRUE(says(panel, "encoder 30, flow 24"));
    panel.setProblem({"There is no network yet.", {}, {}, {}});
    EXPECT_FALSE(says(panel, "encoder 30, flow 24"));
    panel.setProblem({});
    panel.setLayers({{"conv", "8", 30, {}}}, {30, 30, 1e6});
    EXPECT_EQ(panel.summary(), "30 parameters");
    EXPECT_FALSE(says(panel, "encoder 30, flow 24"));
}

TEST(NetworkPanel, KeepsItsStateAndCounts) {
    Theme theme;
    NetworkPanel panel(theme);
    panel.setPresets({{"a", "A", {}}, {"b", "B", {}}});
    panel.setState({QStringLiteral("b")});
    EXPECT_EQ(panel.state().preset, "b");
    panel.setState({QStringLiteral("none such")});
    EXPECT_EQ(panel.state().preset, "b");
    panel.setLayers({{"conv", "6 × 64 × 64", 1517217, {}}}, {1517217, 1517205, 203e6});
    EXPECT_EQ(panel.summary(), "1.52 M parameters");
    EXPECT_TRUE(says(panel, "1,517,205 trainable, 203 MFLOP an image forward"));
    QSignalSpy edited(&panel, &NetworkPanel::edited);
    panel.findChildren<QPushButton*>().first()->click();
    EXPECT_EQ(panel.state().preset, "a");
    EXPECT_EQ(edited.count(), 1);
    panel.setProblem({"It cannot be built."});
    EXPECT_TRUE(says(panel, "It cannot be built."));
}

TEST(Section, FoldsWithTheKeyboardAndKeepsItsSummary) {
    Theme theme;
    auto* body = new QLabel(QStringLiteral("body"));
    Section section(theme, QStringLiteral("data"), QStringLiteral("Data"), body);
    section.setSummary(QStringLiteral("983 MB"));
    section.resize(300, 200);
    section.show();
    QSignalSpy folded(&section, &Section::foldedChanged);
    auto* header = section.findChild<QAbstractButton*>();
    QTest::keyClick(header, Qt::Key_Return);
    EXPECT_TRUE(section.isFolded());
    EXPECT_TRUE(QTest::qWaitFor([&] { return !body->isVisible(); }));
    EXPECT_EQ(section.summary(), "983 MB");
    EXPECT_EQ(header->accessibleDescription(), "983 MB");
    QTest::keyClick(header, Qt::Key_Space);
    EXPECT_FALSE(section.isFolded());
    EXPECT_TRUE(body->isVisible());
    EXPECT_EQ(folded.count(), 2);
}

}  // namespace
}  // namespace shearbench::widgets
