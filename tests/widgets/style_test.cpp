// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/style.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "tests/widgets/pictures.h"
#include "widgets/segmented.h"

namespace shearbench::widgets {
namespace {

class StyleTest : public testing::Test {
  protected:
    StyleTest() { theme.applyToApplication(); }

    /// How many pixels of `widget` at its own size are of `colour`.
    int inked(QWidget& widget, Colour colour) {
        return pixelsOf(pictureOf(widget, widget.sizeHint()), theme.colour(colour), {}, 0.04);
    }

    Theme theme;
};

TEST_F(StyleTest, SizesFollowTheTheme) {
    QLineEdit line;
    QComboBox combo;
    combo.addItem("Adam");
    QSpinBox spin;
    QPushButton button("Browse"), primary("Browse");
    setRole(&primary, Role::primary);
    for (const double factor : {1.0, 1.6, 1.0}) {
        theme.setFactor(factor);
        for (const QWidget* field : {static_cast<QWidget*>(&line), static_cast<QWidget*>(&combo),
                                     static_cast<QWidget*>(&spin)}) {
            EXPECT_EQ(field->sizeHint().height(), theme.px(26)) << factor;
        }
        EXPECT_EQ(button.sizeHint().height(), theme.px(28)) << factor;
        EXPECT_GT(primary.sizeHint().width(), button.sizeHint().width()) << "heavier words";
        EXPECT_GE(button.sizeHint().width(),
                  QFontMetrics(theme.font(TextSize::body)).horizontalAdvance("Browse") +
                      2 * theme.px(12));
    }
}

TEST_F(StyleTest, WordsOfAComboBoxFitIn) {
    QComboBox combo;
    combo.addItem("Adam at a constant rate");
    QStyleOptionComboBox option;
    option.initFrom(&combo);
    option.rect = QRect(QPoint(), combo.sizeHint());
    const QRect words = combo.style()->subControlRect(QStyle::CC_ComboBox, &option,
                                                      QStyle::SC_ComboBoxEditField, &combo);
    EXPECT_GE(words.width(), combo.fontMetrics().horizontalAdvance(combo.itemText(0)));
}

TEST_F(StyleTest, RolesGiveWordsSizeAndColour) {
    struct Case {
        Role role;
        TextSize size;
        Colour colour;
    };
    for (const Case& c : {Case{Role::title, TextSize::title, Colour::text},
                          Case{Role::caption, TextSize::caption, Colour::text3},
                          Case{Role::field, TextSize::body, Colour::text2},
                          Case{Role::value, TextSize::body, Colour::text},
                          Case{Role::problem, TextSize::caption, Colour::fail}}) {
        QLabel label("IIIIIIIIIIIIIIIIII");
        setRole(&label, c.role);
        EXPECT_EQ(roleOf(&label), c.role);
        for (const bool dark : {false, true}) {
            theme.setDark(dark);
            theme.setFactor(dark ? 1.5 : 1);
            EXPECT_DOUBLE_EQ(label.font().pointSizeF(), theme.font(c.size).pointSizeF());
            EXPECT_EQ(label.font().weight(), theme.font(c.size).weight()) << int(c.role);
            EXPECT_EQ(label.palette().color(label.foregroundRole()), theme.colour(c.colour));
            EXPECT_GT(inked(label, c.colour), 4) << int(c.role) << dark;
        }
        theme.setDark(false);
        theme.setFactor(1);
    }
}

TEST_F(StyleTest, ControlsTakeTheColoursOfTheMoment) {
    QPushButton primary("Train");
    setRole(&primary, Role::primary);
    QLineEdit line("1,000");
    QFrame pane;
    setRole(&pane, Role::pane);
    pane.setMinimumSize(40, 40);
    QTableWidget table(2, 2);
    QMenu menu;
    menu.addAction("Open");
    for (const bool dark : {false, true, false}) {
        theme.setDark(dark);
        EXPECT_GT(inked(primary, Colour::accent), 400) << dark;
        EXPECT_GT(inked(line, Colour::field), 400) << dark;
        EXPECT_GT(inked(line, Colour::borderStrong), 40) << dark;
        EXPECT_GT(inked(table, Colour::surface), 400) << dark;
        EXPECT_GT(inked(menu, Colour::surface), 400) << dark;
        EXPECT_GT(pixelsOf(pictureOf(pane, {40, 40}), theme.colour(Colour::surface), {}, 0.02),
                  1000);
    }
}

TEST_F(StyleTest, TheKeyboardIsSeenInEveryControl) {
    QWidget window;
    auto* column = new QVBoxLayout(&window);
    auto* link = new QPushButton("file.h5");
    setRole(link, Role::link);
    auto* primary = new QPushButton("Train");
    setRole(primary, Role::primary);
    auto* pick = new QToolButton;
    pick->setText("Stretch");
    setRole(pick, Role::pick);
    pick->setFocusPolicy(Qt::StrongFocus);
    auto* segmented = new Segmented(theme);
    segmented->setItems({{"a", "Colour", {}}, {"b", "u", {}}});
    const std::vector<QWidget*> all{new QLineEdit,
                                    new QComboBox,
                                    new QSpinBox,
                                    new QCheckBox("on"),
                                    new QPushButton("Browse"),
                                    new QSlider(Qt::Horizontal),
                                    link,
                                    primary,
                                    pick,
                                    segmented};
    for (QWidget* widget : all) {
        column->addWidget(widget);
    }
    pictureOf(window, {300, 420});
    window.activateWindow();
    QApplication::setActiveWindow(&window);
    for (QWidget* widget : all) {
        QWidget* target = widget == segmented ? segmented->findChild<QPushButton*>() : widget;
        all[target == all[0] ? 1 : 0]->setFocus();
        const QImage before = target->grab().toImage();
        target->setFocus(Qt::TabFocusReason);
        ASSERT_TRUE(target->hasFocus()) << target->metaObject()->className();
        const QImage after = target->grab().toImage();
        int changed = 0;
        for (int y = 0; y < after.height(); ++y) {
            for (int x = 0; x < after.width(); ++x) {
                changed += distance(before.pixelColor(x, y), after.pixelColor(x, y)) > 0.15;
            }
        }
        EXPECT_GT(changed, 40) << target->metaObject()->className();
    }
}

TEST_F(StyleTest, ABadFieldIsFramedInRed) {
    QLineEdit line;
    EXPECT_EQ(inked(line, Colour::fail), 0);
    setBad(&line, true);
    EXPECT_GT(inked(line, Colour::fail), 200);
    setBad(&line, false);
    EXPECT_EQ(inked(line, Colour::fail), 0);
}

TEST_F(StyleTest, NeighboursShareOneBorder) {
    Segmented segmented(theme);
    segmented.setItems({{"a", " ", {}}, {"b", " ", {}}, {"c", " ", {}}});
    for (auto* button : segmented.findChildren<QPushButton*>()) {
        button->setFocusPolicy(Qt::NoFocus);
    }
    for (const char* chosen : {"a", "b", "c"}) {
        segmented.setCurrent(chosen);
        const QImage picture = pictureOf(segmented, segmented.sizeHint());
        int borders = 0;
        for (int x = 0; x < picture.width(); ++x) {
            const QColor pixel = picture.pixelColor(x, picture.height() / 2);
            borders += distance(pixel, theme.colour(Colour::borderStrong)) < 0.1 ||
                       distance(pixel, theme.colour(Colour::accent)) < 0.1;
        }
        EXPECT_EQ(borders, 4) << chosen;
    }
}

TEST_F(StyleTest, AThemeThatEndsTakesItsStyleWithIt) {
    EXPECT_TRUE(qobject_cast<Style*>(QApplication::style()));
    {
        Theme other;
        other.applyToApplication();
    }
    EXPECT_FALSE(qobject_cast<Style*>(QApplication::style()));
    QPushButton button("Browse");
    EXPECT_GT(pictureOf(button, button.sizeHint()).width(), 10);
}

}  // namespace
}  // namespace shearbench::widgets
