// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pane.h"

#include <gtest/gtest.h>

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QToolButton>
#include <memory>

#include "tests/widgets/gallery.h"
#include "tests/widgets/pictures.h"
#include "widgets/elided_label.h"
#include "widgets/line_chart.h"
#include "widgets/note.h"

namespace shearbench::widgets {
namespace {

class PaneTest : public testing::Test {
  protected:
    PaneTest() {
        theme.applyToApplication();
        ChartSpec spec;
        spec.title = "Time";
        spec.x.title = "batch";
        spec.series.push_back({"a", "device A", {}, DeviceColour::blue, {{1, 2}, {2, 3}}});
        chart->setSpec(spec);
        pane.setContent(chart, chart);
        pictureOf(pane, {500, 300});
    }

    QToolButton* button(const QString& name) {
        for (QToolButton* candidate : pane.findChildren<QToolButton*>()) {
            if (candidate->accessibleName() == name) {
                return candidate;
            }
        }
        return nullptr;
    }

    Theme theme;
    Pane pane{theme, "Training time"};
    LineChart* chart = new LineChart(theme);
};

TEST_F(PaneTest, ShowsItsNumbersAsATable) {
    ASSERT_TRUE(button("Show as table"));
    QTest::mouseClick(button("Show as table"), Qt::LeftButton);
    EXPECT_TRUE(pane.showsTable());
    auto* table = pane.findChild<QTableView*>();
    ASSERT_TRUE(table);
    EXPECT_EQ(table->model()->rowCount(), 2);
    QTest::keyClick(table, Qt::Key_T);
    EXPECT_FALSE(pane.showsTable());
    EXPECT_FALSE(button("Show as table")->isChecked());
}

TEST_F(PaneTest, EmptySaysWhatWillAppear) {
    QSignalSpy pressed(&pane, &Pane::emptyButtonPressed);
    pane.setEmpty({"data", "Posteriors will appear here. This needs a trained network.", "Train"});
    EXPECT_TRUE(pane.isEmpty());
    EXPECT_FALSE(button("Copy or save")->isEnabled());
    EXPECT_FALSE(button("Show as table")->isEnabled());
    EXPECT_TRUE(button("Fill the window")->isEnabled());
    QPushButton* train = nullptr;
    for (QPushButton* candidate : pane.findChildren<QPushButton*>()) {
        train = candidate->text() == "Train" ? candidate : train;
    }
    ASSERT_TRUE(train && train->isVisible());
    QTest::mouseClick(train, Qt::LeftButton);
    EXPECT_EQ(pressed.count(), 1);
    pane.setFilledWithData();
    EXPECT_TRUE(button("Copy or save")->isEnabled());
    EXPECT_TRUE(chart->isVisible());
}

TEST_F(PaneTest, EmptyTextIsWholeAtEverySize) {
    pane.setEmpty(
        {"data",
         "For single galaxies, the shape the network believes and how sure it is will appear here. "
         "This needs a trained network and a readable file.",
         "Choose another file"});
    for (const QSize size : {QSize(900, 400), QSize(320, 240), QSize(240, 200)}) {
        pictureOf(pane, size);
        for (QLabel* label : pane.findChildren<QLabel*>()) {
            if (label->wordWrap() && label->isVisible()) {
                EXPECT_GE(label->height(), label->heightForWidth(label->width()));
                EXPECT_LE(label->geometry().bottom(), label->parentWidget()->height());
            }
        }
    }
}

TEST_F(PaneTest, FillsTheWindowByHeaderKeyAndButton) {
    QSignalSpy wanted(&pane, &Pane::maximiseRequested);
    QTest::mouseDClick(pane.findChild<QLabel*>()->parentWidget(), Qt::LeftButton, {},
                       QPoint(200, 10));
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_TRUE(wanted.takeFirst().at(0).toBool());
    pane.setMaximised(true);
    QTest::mouseClick(button("Back to all panes"), Qt::LeftButton);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_FALSE(wanted.takeFirst().at(0).toBool());
    // Keys come from whatever part has the keyboard.
    QTest::keyClick(chart, Qt::Key_F);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_FALSE(wanted.takeFirst().at(0).toBool());
    QTest::keyClick(chart, Qt::Key_Escape);
    ASSERT_EQ(wanted.count(), 1);
    EXPECT_FALSE(wanted.takeFirst().at(0).toBool());
    pane.setMaximised(false);
    QTest::keyClick(chart, Qt::Key_Escape);
    EXPECT_EQ(wanted.count(), 0);
    // A double-click on the chart is the chart's.
    QTest::mouseDClick(chart->findChild<QWidget*>("chartViewport"), Qt::LeftButton);
    EXPECT_EQ(wanted.count(), 0);
}

TEST_F(PaneTest, CopiesFigureAndNumbers) {
    pane.copyFigure();
    const QMimeData* data = QApplication::clipboard()->mimeData();
    ASSERT_TRUE(data->hasImage());
    EXPECT_TRUE(data->data("image/svg+xml").contains("device A"));
    EXPECT_TRUE(data->text().startsWith("batch\tdevice A\n1\t2\n"));
    pane.copyTable();
    EXPECT_EQ(QApplication::clipboard()->text(), "batch\tdevice A\n1\t2\n2\t3\n");
}

TEST_F(PaneTest, LongContextIsCutWithItsTextInTheToolTip) {
    const QString text = QString("a long context ").repeated(20);
    pane.setContext(text);
    pictureOf(pane, {300, 200});
    auto* label = pane.findChild<ElidedLabel*>();
    ASSERT_TRUE(label);
    EXPECT_EQ(label->toolTip(), text);
    EXPECT_LE(label->geometry().right(), 300);
    pane.setContext("short");
    pictureOf(pane, {500, 200});
    EXPECT_TRUE(label->toolTip().isEmpty());
}

TEST(Note, SaysWhatCauseAndRemedyAndIsNeverCut) {
    Theme theme;
    Note note(theme);
    note.setError("The file cannot be read. It ends after 3.5 MB of 983 MB.", "Copy it again.");
    EXPECT_EQ(note.text(),
              "The file cannot be read. It ends after 3.5 MB of 983 MB. Copy it again.");
    note.setButtons({"Copy the command that repairs it", "Choose another file"});
    QSignalSpy pressed(&note, &Note::buttonPressed);
    for (const int width : {note.minimumSizeHint().width(), 320, 400, 700}) {
        pictureOf(note, {width, note.heightForWidth(width)});
        for (QPushButton* button : note.findChildren<QPushButton*>()) {
            EXPECT_GE(button->width() + 1,
                      QFontMetrics(button->font()).horizontalAdvance(button->text()))
                << width;
            EXPECT_LE(button->mapTo(&note, button->rect().bottomRight()).y(), note.height())
                << width;
        }
        auto* label = note.findChild<QLabel*>();
        EXPECT_GE(label->height(), label->heightForWidth(label->width()));
    }
    QTest::mouseClick(note.findChildren<QPushButton*>()[1], Qt::LeftButton);
    ASSERT_EQ(pressed.count(), 1);
    EXPECT_EQ(pressed.takeFirst().at(0).toInt(), 1);
    // Markup in a file's name is text.
    note.setMessage(Note::Severity::error, "<img src=x> & <b>", "cause");
    EXPECT_TRUE(note.findChild<QLabel*>()->text().contains("&lt;img"));
}

/// Every part of a sheet that says or does something has a name.
void expectNames(const QWidget& root) {
    for (QWidget* widget : root.findChildren<QWidget*>()) {
        QAccessibleInterface* face = QAccessible::queryAccessibleInterface(widget);
        const bool speaks = widget->focusPolicy() != Qt::NoFocus ||
                            widget->inherits("QAbstractButton") || widget->inherits("QLabel");
        if (face == nullptr || !speaks || !widget->isVisible() || widget->inherits("QScrollBar")) {
            continue;
        }
        const auto* label = qobject_cast<QLabel*>(widget);
        if (label != nullptr && label->pixmap(Qt::ReturnByValue).isNull() &&
            label->text().isEmpty() && label->accessibleName().isEmpty()) {
            continue;  // an empty line says nothing
        }
        if (label != nullptr && !label->pixmap(Qt::ReturnByValue).isNull()) {
            continue;  // ornament
        }
        EXPECT_FALSE(face->text(QAccessible::Name).isEmpty())
            << widget->metaObject()->className() << ' ' << widget->objectName().toStdString()
            << " in " << widget->parentWidget()->metaObject()->className();
    }
}

TEST(Accessibility, EveryWidgetHasAName) {
    Theme theme;
    const std::unique_ptr<QWidget> sheets[] = {
        std::unique_ptr<QWidget>(gallery::chartSheet(theme)),
        std::unique_ptr<QWidget>(gallery::lossSheet(theme, false)),
        std::unique_ptr<QWidget>(gallery::lossSheet(theme, true)),
        std::unique_ptr<QWidget>(gallery::paneSheet(theme)),
        std::unique_ptr<QWidget>(
            gallery::posteriorSheet(theme, gallery::Stage::bayesian, 660, 330))};
    for (const auto& sheet : sheets) {
        pictureOf(*sheet, sheet->size());
        expectNames(*sheet);
    }
}

TEST(Accessibility, ThemeMaySwitchWhileEverythingIsShown) {
    Theme theme;
    theme.applyToApplication();
    const std::unique_ptr<QWidget> loss(gallery::lossSheet(theme, false));
    const std::unique_ptr<QWidget> posterior(
        gallery::posteriorSheet(theme, gallery::Stage::deterministic, 660, 330));
    // The keyboard leaves what a presentation hides.
    const auto leave = [] {
        if (QWidget* focus = QApplication::focusWidget()) {
            focus->clearFocus();
        }
    };
    for (QWidget* sheet : {loss.get(), posterior.get()}) {
        const QSize size = sheet->size();
        pictureOf(*sheet, size);
        leave();
        const QImage light = pictureOf(*sheet, size);
        theme.setDark(true);
        const QImage dark = pictureOf(*sheet, size);
        EXPECT_GT(pixelsOf(dark, theme.colour(Colour::surface), {}, 0.02),
                  size.width() * size.height() / 3);
        theme.setPresentation(true);
        pictureOf(*sheet, size);
        theme.setPresentation(false);
        theme.setDark(false);
        leave();
        EXPECT_EQ(light, pictureOf(*sheet, size));
    }
}

}  // namespace
}  // namespace shearbench::widgets
