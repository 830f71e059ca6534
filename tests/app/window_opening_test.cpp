// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModel>
#include <QFile>
#include <QFileInfo>
#include <QPushButton>
#include <QtTest/QTest>
#include <filesystem>
#include <limits>

#include "core/data/hdf5.h"
#include "tests/app/window_test.h"
#include "widgets/data_panel.h"
#include "widgets/loss_chart.h"
#include "widgets/note.h"
#include "widgets/profile_dialog.h"

namespace shearbench::test {

namespace {

using Place = app::Workbench::Place;

class OpeningTest : public WindowTest {
  protected:
    QString write(const QString& name, const QByteArray& content) {
        const QString path = QString::fromStdString((folder / name.toStdString()).string());
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(content);
        return path;
    }

    /// Cutouts with labels whose pixels all have this value.
    static void writeGalaxies(const QString& path, std::size_t count, float pixel) {
        auto file = data::h5::File::create(path.toStdString());
        file.write<float>("images", std::vector<float>(count * 3 * 32 * 32, pixel),
                          {count, 3, 32, 32});
        for (const char* name : {"e1", "e2", "redshift"})
            file.write(name, std::vector<double>(count, 0.1));
        file.close();
    }

    /// Everything that the notes of `widget` that are shown say.
    static QString shownNotes(const QWidget* widget) {
        QString text;
        for (const auto* note : widget->findChildren<widgets::Note*>())
            if (note->isVisibleTo(widget))
                text += note->text() + QLatin1Char('\n');
        return text;
    }

    /// Opening `path` fails beside the data, says why and what to do, and changes nothing.
    void expectRefused(const QString& path) {
        ASSERT_TRUE(openGalaxies());
        const auto before = workbench->datasets().dataset();
        ASSERT_FALSE(open(path));
        ASSERT_EQ(failures.size(), 1u);
        EXPECT_EQ(failures[0].place, Place::data);
        EXPECT_TRUE(failures[0].failure.sentence.contains(QFileInfo(path).fileName()))
            << failures[0].failure.sentence.toStdString();
        EXPECT_FALSE(failures[0].failure.remedy.isEmpty())
            << failures[0].failure.sentence.toStdString();
        EXPECT_EQ(workbench->datasets().dataset(), before);
        EXPECT_TRUE(
            shownNotes(child<widgets::DataPanel>()).contains(failures[0].failure.remedy.left(20)));
        EXPECT_FALSE(shownNotes(child<widgets::DataPanel>()).contains(QLatin1String("--")))
            << "an option of the command line";
        EXPECT_EQ(QString::fromStdString(workbench->experiment().data.file), galaxies());
        EXPECT_EQ(child<widgets::DataPanel>()->state().file, galaxies());
        EXPECT_TRUE(actions().train->isEnabled());
        EXPECT_TRUE(actions().open->isEnabled());
    }
};

TEST_F(OpeningTest, ShowsWhatTheFileHolds) {
    EXPECT_FALSE(actions().train->isEnabled());
    ASSERT_TRUE(openGalaxies());
    const auto& dataset = workbench->datasets().dataset();
    ASSERT_TRUE(dataset);
    EXPECT_EQ(dataset->schema().count, kGalaxies);
    const data::Split& split = dataset->prepared.split;
    EXPECT_EQ(split.training.size() + split.validation.size() + split.test.size(),
              std::size_t(kGalaxies));
    EXPECT_EQ(dataset->catalogue->table.rows, kGalaxies);
    EXPECT_EQ(workbench->posteriors().rows().size(),
              std::size_t(app::PosteriorController::kGalaxies));
    EXPECT_TRUE(actions().train->isEnabled());
    EXPECT_FALSE(actions().resumeRun->isEnabled());
    EXPECT_EQ(child<widgets::DataPanel>()->state().file, galaxies());
    EXPECT_TRUE(shownNotes(child<widgets::DataPanel>()).isEmpty());
}

TEST_F(OpeningTest, RefusesText) {
    expectRefused(write(QStringLiteral("notes.h5"), "these are no galaxies\n"));
}

TEST_F(OpeningTest, RefusesAnEmptyFile) {
    expectRefused(write(QStringLiteral("empty.h5"), {}));
}

TEST_F(OpeningTest, RefusesAFileThatIsNotThere) {
    expectRefused(QString::fromStdString((folder / "nowhere.h5").string()));
}

TEST_F(OpeningTest, RefusesATruncatedFile) {
    QFile whole(galaxies());
    ASSERT_TRUE(whole.open(QIODevice::ReadOnly));
    expectRefused(write(QStringLiteral("half.h5"), whole.read(whole.size() / 2)));
}

TEST_F(OpeningTest, RefusesWrongAxes) {
    const auto file = folder / "axes.h5";
    auto axes = data::h5::File::create(file);
    axes.write<float>("images", std::vector<float>(24, 1.0F), {2, 3, 2, 2, 1});
    axes.write<double>("e1", {0.1, 0.2, 0.3});
    axes.close();
    expectRefused(QString::fromStdString(file.string()));
}

TEST_F(OpeningTest, AsksHowAStackIsRead) {
    const auto file = folder / "stack.h5";
    auto stack = data::h5::File::create(file);
    std::vector<float> pixels(40 * 2 * 3 * 16 * 16);
    for (std::size_t i = 0; i < pixels.size(); ++i)
        pixels[i] = static_cast<float>(i % 97);
    stack.write<float>("images", pixels, {40, 2, 3, 16, 16});
    std::vector<double> labels(40, 0.1);
    for (const char* name : {"a1", "a2", "redshift"})
        stack.write(name, labels);
    stack.close();
    EXPECT_FALSE(open(QString::fromStdString(file.string())));
    actions().describe->trigger();
    auto* dialog = child<widgets::ProfileDialog>();
    ASSERT_TRUE(dialog && dialog->isVisible());
    auto* use = dialog->findChild<QPushButton*>(QStringLiteral("use"));
    auto* note = dialog->findChild<widgets::Note*>();
    ASSERT_TRUE(waitUntil([&] { return note->isVisible(); }));
    EXPECT_TRUE(note->text().contains(QLatin1String("2 variants"))) << note->text().toStdString();
    EXPECT_TRUE(note->text().contains(QStringLiteral("“Variant”"))) << note->text().toStdString();
    EXPECT_FALSE(use->isEnabled());

    widgets::ProfileFields fields = dialog->fields();
    fields.variant = 1;
    fields.bandNames = QStringLiteral("g, r, i");
    fields.bands = QStringLiteral("i, g");
    fields.targets = {"a1", "a2", ""};
    dialog->setFields(fields);
    Q_EMIT dialog->edited();
    ASSERT_TRUE(waitUntil([&] { return use->isEnabled(); }));
    EXPECT_FALSE(note->isVisible());
    use->click();
    ASSERT_TRUE(waitUntil([&] { return !workbench->datasets().opening(); }));
    ASSERT_TRUE(workbench->datasets().dataset());
    const data::Schema& schema = workbench->datasets().dataset()->schema();
    EXPECT_EQ(schema.variant, 1);
    EXPECT_EQ(schema.bands, (std::vector<std::string>{"i", "g"}));
    EXPECT_TRUE(workbench->command().contains(QLatin1String("--variant 1")));
    EXPECT_TRUE(workbench->command().contains(QLatin1String("--bands i,g")));
}

TEST_F(OpeningTest, RefusesAFileWithoutImages) {
    const auto file = folder / "numbers.h5";
    auto numbers = data::h5::File::create(file);
    numbers.write<double>("e1", {0.1, 0.2});
    numbers.close();
    expectRefused(QString::fromStdString(file.string()));
}

TEST_F(OpeningTest, SaysWhatIsWrongBeforeAnythingWasOpen) {
    EXPECT_FALSE(open(write(QStringLiteral("notes.h5"), "no galaxies")));
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_FALSE(workbench->datasets().dataset());
    EXPECT_FALSE(actions().train->isEnabled());
    EXPECT_FALSE(shownNotes(child<widgets::DataPanel>()).isEmpty());
    EXPECT_TRUE(openGalaxies());
    EXPECT_TRUE(shownNotes(child<widgets::DataPanel>()).isEmpty());
}

TEST_F(OpeningTest, TheLastFileAskedForCounts) {
    workbench->open(write(QStringLiteral("notes.h5"), "no galaxies"));
    ASSERT_TRUE(openGalaxies());
    EXPECT_TRUE(failures.empty());
    EXPECT_EQ(QString::fromStdString(workbench->datasets().dataset()->schema().file), galaxies());
}

TEST_F(OpeningTest, ReadsAnExperiment) {
    const QString path = QString::fromStdString((folder / "experiment.json").string());
    ASSERT_TRUE(openGalaxies());
    setEpochs(17);
    workbench->saveExperiment(path);
    actions().closeFile->trigger();
    EXPECT_FALSE(workbench->datasets().dataset());
    ASSERT_TRUE(open(path));
    EXPECT_EQ(workbench->experiment().training.epochs, 17);
    EXPECT_TRUE(workbench->datasets().dataset());
    EXPECT_TRUE(workbench->canTrain());
}

TEST_F(OpeningTest, RefusesAnExperimentThatIsNone) {
    ASSERT_TRUE(openGalaxies());
    const Experiment before = workbench->experiment();
    EXPECT_FALSE(open(write(QStringLiteral("list.json"), "[1, 2")));
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_TRUE(failures[0].failure.sentence.contains(QStringLiteral("list.json")));
    EXPECT_EQ(workbench->experiment(), before);
    EXPECT_TRUE(workbench->canTrain());
}

TEST_F(OpeningTest, AnExperimentWhoseDataAreGoneTrainsOnNoOthers) {
    ASSERT_TRUE(openGalaxies());
    Experiment experiment;
    experiment.data.file = "/nowhere/galaxies.h5";
    const QString path = QString::fromStdString((folder / "lost.json").string());
    writeExperiment(experiment, path.toStdString());
    EXPECT_FALSE(open(path));
    EXPECT_EQ(workbench->experiment().data.file, "/nowhere/galaxies.h5");
    EXPECT_FALSE(workbench->canTrain());
    EXPECT_FALSE(actions().train->isEnabled());
}

TEST_F(OpeningTest, OpensARun) {
    ASSERT_TRUE(open(trainedRun()));
    ASSERT_TRUE(workbench->snapshot());
    EXPECT_EQ(workbench->snapshot()->state, training::TrainingState::done);
    EXPECT_EQ(workbench->snapshot()->history.size(), 2u);
    EXPECT_EQ(workbench->runDirectory(), trainedRun());
    for (const std::int64_t row : workbench->posteriors().rows())
        EXPECT_TRUE(workbench->posteriors().posterior(row)) << row;
    EXPECT_FALSE(workbench->canResume());
    EXPECT_GE(child<widgets::LossChart>()->figureTable()->rowCount(), 2);
}

TEST_F(OpeningTest, ShowsARunWhoseDataAreGone) {
    QFile copy(galaxies());
    const QString file = QString::fromStdString((folder / "gone.h5").string());
    ASSERT_TRUE(copy.copy(file));
    ASSERT_TRUE(open(file));
    setEpochs(1);
    ASSERT_TRUE(trainToEnd());
    const QString run = workbench->runDirectory();
    ASSERT_TRUE(openGalaxies());
    EXPECT_TRUE(workbench->runDirectory().isEmpty()) << "a run of other data is left behind";
    EXPECT_FALSE(workbench->snapshot());
    QFile::remove(file);

    EXPECT_FALSE(open(run));
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_EQ(failures[0].place, Place::data);
    EXPECT_TRUE(failures[0].failure.sentence.contains(QStringLiteral("gone.h5")));
    EXPECT_FALSE(failures[0].failure.remedy.isEmpty());
    ASSERT_TRUE(workbench->snapshot());
    EXPECT_EQ(workbench->snapshot()->history.size(), 1u);
    EXPECT_FALSE(workbench->canResume()) << "the open data are not the run's";
    EXPECT_FALSE(workbench->canTrain());

    // The same galaxies in another place: what the run learnt is shown of them.
    ASSERT_TRUE(openGalaxies());
    EXPECT_EQ(workbench->runDirectory(), run);
    const auto& rows = workbench->posteriors().rows();
    ASSERT_FALSE(rows.empty());
    EXPECT_TRUE(
        waitUntil([&] { return workbench->posteriors().posterior(rows.front()).has_value(); }));
}

TEST_F(OpeningTest, ShowsSixGalaxiesOfAsManyToTest) {
    Experiment experiment;
    experiment.data.file = galaxies().toStdString();
    experiment.data.testFraction = 0.04;
    const auto dataset = app::loadDataset(experiment);
    ASSERT_LT(dataset->prepared.split.test.size(), 12u);
    EXPECT_EQ(app::representativeRows(*dataset, 6).size(), 6u);
}

TEST_F(OpeningTest, SaysThatARunHasNoNetworks) {
    const QString run = QString::fromStdString((folder / "run").string());
    std::filesystem::copy(trainedRun().toStdString(), run.toStdString(),
                          std::filesystem::copy_options::recursive);
    for (const char* name : {"best.h5", "checkpoint.h5"})
        ASSERT_TRUE(QFile::remove(run + '/' + name));
    open(run);
    ASSERT_TRUE(waitUntil([&] { return !failures.empty(); }));
    EXPECT_TRUE(failures[0].failure.sentence.contains("best.h5"));
    EXPECT_TRUE(workbench->datasets().dataset());
}

TEST_F(OpeningTest, AFileSmallerThanABatchIsShownAndRefusedByTrain) {
    const QString few = QString::fromStdString((folder / "few.h5").string());
    writeGalaxies(few, 6, 1);
    ASSERT_TRUE(open(few));
    ASSERT_TRUE(actions().train->isEnabled());
    workbench->train();
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_EQ(failures[0].place, Place::training);
    EXPECT_TRUE(failures[0].failure.sentence.contains("batch"));
    EXPECT_TRUE(workbench->runDirectory().isEmpty());
}

TEST_F(OpeningTest, PixelsThatAreNotNumbersAreSaidAndNotTrainedOn) {
    const QString bad = QString::fromStdString((folder / "nan.h5").string());
    writeGalaxies(bad, 40, std::numeric_limits<float>::quiet_NaN());
    ASSERT_TRUE(open(bad));
    EXPECT_FALSE(actions().train->isEnabled());
    EXPECT_TRUE(actions().train->toolTip().contains("not finite"));
    EXPECT_TRUE(shownNotes(child<widgets::DataPanel>()).contains("not finite"));
}

TEST_F(OpeningTest, RefusesAFolderThatIsNoRun) {
    ASSERT_TRUE(openGalaxies());
    EXPECT_FALSE(open(QString::fromStdString(folder.path().string())));
    ASSERT_EQ(failures.size(), 1u);
    EXPECT_FALSE(failures[0].failure.remedy.isEmpty());
    EXPECT_TRUE(workbench->canTrain());
    EXPECT_TRUE(workbench->runDirectory().isEmpty());
}

TEST_F(OpeningTest, OpensARunThatNeverTrained) {
    ASSERT_TRUE(openGalaxies());
    const auto run = training::RunDirectory::createAt(
        folder / "new", workbench->datasets().dataset()->prepared.experiment);
    EXPECT_TRUE(open(QString::fromStdString(run.path().string())));
    EXPECT_TRUE(failures.empty());
    for (const std::int64_t row : workbench->posteriors().rows())
        EXPECT_FALSE(workbench->posteriors().posterior(row));
    EXPECT_TRUE(workbench->canTrain());
}

}  // namespace

}  // namespace shearbench::test
