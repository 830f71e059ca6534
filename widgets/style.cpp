// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/style.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QFrame>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStatusBar>
#include <QStyleFactory>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVariant>
#include <optional>

#include "widgets/style_parts.h"

namespace shearbench::widgets {
namespace {

constexpr char kRoleProperty[] = "shearbenchRole";

/// Size, weight and colour of the words of a role; none where it says nothing of them.
struct Words {
    TextSize size;
    int weight;
    QPalette::ColorRole colour;
};

std::optional<Words> wordsOf(Role role) {
    switch (role) {
        case Role::title:
            return Words{TextSize::title, -1, QPalette::WindowText};
        case Role::caption:
            return Words{TextSize::caption, -1, kTertiaryText};
        case Role::remark:
            return Words{TextSize::caption, -1, kSecondaryText};
        case Role::field:
            return Words{TextSize::body, -1, kSecondaryText};
        case Role::quiet:
            return Words{TextSize::body, -1, kTertiaryText};
        case Role::value:
            return Words{TextSize::body, -1, QPalette::WindowText};
        case Role::strong:
            return Words{TextSize::body, QFont::DemiBold, QPalette::WindowText};
        case Role::problem:
            return Words{TextSize::caption, -1, kFailText};
        case Role::keycap:
            return Words{TextSize::caption, QFont::DemiBold, QPalette::WindowText};
        case Role::pick:
            return Words{TextSize::caption, -1, QPalette::ButtonText};
        default:
            return std::nullopt;
    }
}

}  // namespace

using parts::as;

void setRole(QWidget* widget, Role role) {
    if (roleOf(widget) == role) {
        return;
    }
    widget->setProperty(kRoleProperty, int(role));
    // Another role may be of another size.
    widget->style()->polish(widget);
    QEvent change(QEvent::StyleChange);
    QCoreApplication::sendEvent(widget, &change);
}

Role roleOf(const QWidget* widget) {
    const QVariant value = widget != nullptr ? widget->property(kRoleProperty) : QVariant();
    return value.isValid() ? static_cast<Role>(value.toInt()) : Role::none;
}

void setBad(QWidget* field, bool bad) {
    if (field->property("bad").toBool() != bad) {
        field->setProperty("bad", bad);
        field->update();
    }
}

Style::Style(const Theme& theme)
    : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))), theme_(theme) {}

void Style::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QLineEdit*>(widget) != nullptr) {
        widget->setAttribute(Qt::WA_Hover);
    }
    // Surfaces, not fields to write in.
    if (auto* view = qobject_cast<QAbstractScrollArea*>(widget)) {
        if (qobject_cast<QAbstractItemView*>(view) || qobject_cast<QPlainTextEdit*>(view)) {
            view->viewport()->setBackgroundRole(QPalette::Button);
        }
    }
    if (widget->inherits("QComboBoxListView")) {
        // Its own delegate would leave rows no higher than their words.
        auto* view = static_cast<QAbstractItemView*>(widget);
        view->setItemDelegate(new QStyledItemDelegate(view));
    }
    applyRole(widget);
}

void Style::applyRole(QWidget* widget) const {
    const Role role = roleOf(widget);
    if (const auto words = wordsOf(role)) {
        widget->setFont(theme_.font(words->size, words->weight));
        if (auto* label = qobject_cast<QLabel*>(widget)) {
            label->setForegroundRole(words->colour);
        }
    }
    if (role == Role::line || role == Role::strongLine) {
        widget->setFixedHeight(1);
    } else if (role == Role::upright) {
        widget->setFixedWidth(1);
    } else if (role == Role::keycap) {
        static_cast<QLabel*>(widget)->setContentsMargins(theme_.px(6), 2, theme_.px(6), 2);
    }
    if (qobject_cast<QHeaderView*>(widget) != nullptr) {
        widget->setFont(theme_.font(TextSize::caption));
    } else if (qobject_cast<QPlainTextEdit*>(widget) != nullptr) {
        widget->setFont(theme_.monoFont());
    } else if (qobject_cast<QStatusBar*>(widget) != nullptr) {
        widget->setFixedHeight(theme_.px(24));
    }
}

void Style::resize() {
    // What one makes of its new size may be the end of another.
    QVector<QPointer<QWidget>> all;
    for (QWidget* widget : QApplication::allWidgets()) {
        all.push_back(widget);
    }
    QEvent change(QEvent::StyleChange);
    for (const QPointer<QWidget>& widget : all) {
        if (widget) {
            applyRole(widget);
        }
        if (widget) {
            QCoreApplication::sendEvent(widget, &change);
        }
    }
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
    using namespace parts;
    const auto fill = [&](Colour colour) {
        painter->fillRect(option->rect, theme_.colour(colour));
    };
    switch (element) {
        case PE_PanelLineEdit:
            if (as<QStyleOptionFrame>(option).lineWidth > 0) {
                paintField(*painter, *option, widget, theme_);
            } else if (widget == nullptr || widget->parentWidget() == nullptr ||
                       (!widget->parentWidget()->inherits("QAbstractSpinBox") &&
                        !widget->parentWidget()->inherits("QComboBox"))) {
                fill(Colour::field);
            }
            return;
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck:
            paintCheck(*painter, *option, theme_);
            return;
        case PE_IndicatorRadioButton:
            paintRadio(*painter, *option, theme_);
            return;
        case PE_FrameFocusRect:
            // Buttons and fields show it by their border.
            if (qobject_cast<const QAbstractItemView*>(widget) != nullptr) {
                paintRing(*painter, option->rect, theme_.colour(Colour::focus),
                          theme_.scaled(kRadius));
            }
            return;
        case PE_PanelMenu:
            fill(Colour::surface);
            return;
        case PE_FrameMenu:
            painter->save();
            paintBox(*painter, option->rect, Qt::transparent, theme_.colour(Colour::borderStrong),
                     kBorder, 0);
            painter->restore();
            return;
        case PE_PanelTipLabel:
            fill(Colour::text);
            return;
        case PE_PanelStatusBar:
            fill(Colour::window);
            return;
        case PE_IndicatorToolBarSeparator: {
            const QRectF area = option->rect;
            const double inset = theme_.scaled(8);
            painter->fillRect(
                QRectF(qRound(area.center().x()), area.top() + inset, 1, area.height() - 2 * inset),
                theme_.colour(Colour::border));
            return;
        }
        case PE_IndicatorDockWidgetResizeHandle:
            fill(isHovered(*option) ? Colour::accentSoft : Colour::window);
            return;
        case PE_IndicatorHeaderArrow:
            paintIconIn(*painter, option->rect,
                        as<QStyleOptionHeader>(option).sortIndicator == QStyleOptionHeader::SortUp
                            ? "up"
                            : "down",
                        10, theme_.colour(Colour::text2), theme_);
            return;
        case PE_IndicatorArrowDown:
        case PE_IndicatorArrowUp:
        case PE_IndicatorArrowRight:
            paintIconIn(*painter, option->rect,
                        element == PE_IndicatorArrowDown ? "down"
                        : element == PE_IndicatorArrowUp ? "up"
                                                         : "right",
                        12, theme_.colour(isEnabled(*option) ? Colour::text2 : Colour::disabled),
                        theme_);
            return;
        case PE_Frame:
            if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option)) {
                paintFrame(*painter, *frame, widget, theme_);
            }
            return;
        case PE_FrameTabBarBase:
        case PE_FrameTabWidget:
        case PE_FrameStatusBarItem:
        case PE_FrameDockWidget:
        case PE_FrameLineEdit:
        case PE_PanelMenuBar:
        case PE_PanelScrollAreaCorner:
        case PE_FrameDefaultButton:
            return;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
    using namespace parts;
    switch (element) {
        case CE_PushButton:
            paintPushButton(*painter, as<QStyleOptionButton>(option), widget, theme_);
            return;
        case CE_ComboBoxLabel:
            paintComboLabel(*painter, as<QStyleOptionComboBox>(option), theme_);
            return;
        case CE_ProgressBar:
            paintProgress(*painter, as<QStyleOptionProgressBar>(option), theme_);
            return;
        case CE_HeaderSection:
            paintHeaderSection(*painter, as<QStyleOptionHeader>(option), theme_);
            return;
        case CE_HeaderEmptyArea:
            painter->fillRect(option->rect, theme_.colour(Colour::surface));
            return;
        case CE_HeaderLabel: {
            QStyleOptionHeader header = as<QStyleOptionHeader>(option);
            header.state &= ~State_On;  // bold where a cell is chosen
            header.palette.setColor(
                QPalette::ButtonText,
                theme_.colour(header.sortIndicator != QStyleOptionHeader::None ? Colour::text
                                                                               : Colour::text3));
            QProxyStyle::drawControl(element, &header, painter, widget);
            return;
        }
        case CE_TabBarTabShape:
            paintTab(*painter, as<QStyleOptionTab>(option), theme_);
            return;
        case CE_TabBarTabLabel:
            paintTabLabel(*painter, as<QStyleOptionTab>(option), theme_);
            return;
        case CE_MenuBarItem:
            paintMenuBarItem(*painter, as<QStyleOptionMenuItem>(option), theme_);
            return;
        case CE_MenuBarEmptyArea:
            painter->fillRect(option->rect, theme_.colour(Colour::surface));
            return;
        case CE_MenuItem:
            paintMenuItem(*painter, as<QStyleOptionMenuItem>(option), theme_);
            return;
        case CE_ToolBar: {
            painter->fillRect(option->rect, theme_.colour(Colour::surface));
            const QRect area = option->rect;
            painter->fillRect(area.left(), area.bottom(), area.width(), 1,
                              theme_.colour(Colour::border));
            return;
        }
        case CE_Splitter:
            if (isHovered(*option) || isPressed(*option)) {
                painter->fillRect(option->rect, theme_.colour(Colour::accentSoft));
            }
            return;
        case CE_ShapedFrame:
            paintFrame(*painter, as<QStyleOptionFrame>(option), widget, theme_);
            return;
        default:
            QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                               QPainter* painter, const QWidget* widget) const {
    using namespace parts;
    switch (control) {
        case CC_ToolButton: {
            QStyleOptionToolButton button = as<QStyleOptionToolButton>(option);
            const QColor words = paintToolGround(*painter, button, roleOf(widget), theme_);
            if (hasToolArrow(button, widget)) {
                paintToolArrow(*painter, button, words, theme_);
            }
            button.rect = button.rect.marginsRemoved(toolMargins(button, widget, theme_));
            button.palette.setColor(QPalette::ButtonText, words);
            drawControl(CE_ToolButtonLabel, &button, painter, widget);
            return;
        }
        case CC_ComboBox:
            paintComboBox(*painter, as<QStyleOptionComboBox>(option), widget, theme_);
            return;
        case CC_SpinBox:
            paintSpinBox(*painter, as<QStyleOptionSpinBox>(option), widget, theme_);
            return;
        case CC_Slider:
            paintSlider(*painter, as<QStyleOptionSlider>(option),
                        subControlRect(control, option, SC_SliderHandle, widget), theme_);
            return;
        case CC_ScrollBar:
            paintScrollBar(*painter, as<QStyleOptionSlider>(option),
                           subControlRect(control, option, SC_ScrollBarSlider, widget), theme_);
            return;
        default:
            QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

}  // namespace shearbench::widgets
