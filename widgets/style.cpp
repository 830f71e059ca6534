// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/style.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QComboBox>
#include <QFrame>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QStatusBar>
#include <QStyleFactory>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>
#include <QVariant>
#include <optional>

#include "widgets/icon.h"
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

template <class Option>
const Option& as(const QStyleOption* option) {
    return *static_cast<const Option*>(option);
}

bool isFrameless(const QWidget* widget) {
    return qobject_cast<const QTableView*>(widget) != nullptr ||
           qobject_cast<const QTreeView*>(widget) != nullptr ||
           qobject_cast<const QPlainTextEdit*>(widget) != nullptr;
}

/// Whether its rows are words alone: a table, or what a QComboBox opens.
bool isList(const QWidget* widget) {
    return qobject_cast<const QTableView*>(widget) != nullptr ||
           (widget != nullptr && widget->inherits("QComboBoxListView"));
}

}  // namespace

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
    QEvent change(QEvent::StyleChange);
    for (QWidget* widget : QApplication::allWidgets()) {
        applyRole(widget);
        QCoreApplication::sendEvent(widget, &change);
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

QRect Style::subElementRect(SubElement element, const QStyleOption* option,
                            const QWidget* widget) const {
    switch (element) {
        case SE_LineEditContents: {
            const auto& frame = as<QStyleOptionFrame>(option);
            const int side = frame.lineWidth > 0 ? theme_.px(parts::kFieldPadding) : 0;
            return frame.rect.adjusted(side, 0, -side, 0);
        }
        case SE_HeaderLabel: {
            const int side = theme_.px(8);
            const bool sorted =
                as<QStyleOptionHeader>(option).sortIndicator != QStyleOptionHeader::None;
            return option->rect.adjusted(side, 0, -side - (sorted ? theme_.px(14) : 0), -1);
        }
        case SE_HeaderArrow: {
            const int width = theme_.px(14);
            const QRect area = option->rect;
            return {area.right() - theme_.px(6) - width, area.top(), width, area.height()};
        }
        case SE_ProgressBarGroove:
        case SE_ProgressBarContents:
            return option->rect;
        default:
            return QProxyStyle::subElementRect(element, option, widget);
    }
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option,
                            SubControl part, const QWidget* widget) const {
    switch (control) {
        case CC_ComboBox:
            if (const auto* combo = qobject_cast<const QComboBox*>(widget);
                combo != nullptr && part == SC_ComboBoxListBoxPopup) {
                combo->view()->ensurePolished();  // its rows are measured next
            }
            return visualRect(option->direction, option->rect,
                              parts::comboRect(as<QStyleOptionComboBox>(option), part, theme_));
        case CC_SpinBox:
            return visualRect(option->direction, option->rect,
                              parts::spinRect(as<QStyleOptionSpinBox>(option), part, theme_));
        case CC_ScrollBar:
            return visualRect(option->direction, option->rect,
                              parts::scrollBarRect(as<QStyleOptionSlider>(option), part, theme_));
        default:
            return QProxyStyle::subControlRect(control, option, part, widget);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& contents,
                              const QWidget* widget) const {
    using namespace parts;
    const int field = std::max(theme_.px(kFieldHeight), contents.height());
    switch (type) {
        case CT_PushButton:
            return pushButtonSize(as<QStyleOptionButton>(option), contents, widget, theme_);
        case CT_ToolButton: {
            const QMargins room = toolMargins(as<QStyleOptionToolButton>(option), widget, theme_);
            const QSize size = contents.grownBy(room);
            return roleOf(widget) == Role::pick ? size.expandedTo({0, theme_.px(22)}) : size;
        }
        case CT_LineEdit: {
            const bool frame = as<QStyleOptionFrame>(option).lineWidth > 0;
            return {contents.width() + (frame ? 2 * theme_.px(kFieldPadding) : 0),
                    frame ? field : contents.height()};
        }
        case CT_ComboBox:
            return {contents.width() + theme_.px(kFieldPadding + kArrowWidth + 8), field};
        case CT_SpinBox:
            return {contents.width() + theme_.px(kFieldPadding + kSpinWidth + 4), field};
        case CT_ItemViewItem: {
            const QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
            return isList(widget) ? size.expandedTo({0, theme_.px(22)}) : size;
        }
        case CT_HeaderSection: {
            const auto& header = as<QStyleOptionHeader>(option);
            const bool sorted = header.sortIndicator != QStyleOptionHeader::None;
            return {
                header.fontMetrics.size(0, header.text).width() + theme_.px(16 + (sorted ? 14 : 0)),
                header.fontMetrics.height() + theme_.px(10)};
        }
        case CT_TabBarTab:
            return tabSize(as<QStyleOptionTab>(option), widget, theme_);
        case CT_MenuBarItem:
            return {contents.width() + theme_.px(16),
                    std::max(theme_.px(26), contents.height() + theme_.px(8))};
        case CT_MenuItem:
            return menuItemSize(as<QStyleOptionMenuItem>(option), contents, theme_);
        default:
            return QProxyStyle::sizeFromContents(type, option, contents, widget);
    }
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option,
                       const QWidget* widget) const {
    switch (metric) {
        case PM_DefaultFrameWidth:
            return isFrameless(widget) ? 0 : 1;
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
        case PM_MenuBarPanelWidth:
        case PM_MenuBarVMargin:
        case PM_MenuBarItemSpacing:
        case PM_MenuHMargin:
        case PM_ToolBarFrameWidth:
        case PM_TabBarTabOverlap:
        case PM_TabBarBaseOverlap:
        case PM_TabBarTabShiftHorizontal:
        case PM_TabBarTabShiftVertical:
        case PM_ScrollView_ScrollBarSpacing:
        case PM_ScrollView_ScrollBarOverlap:
        case PM_SliderTickmarkOffset:
            return 0;
        case PM_MenuPanelWidth:
            return 1;
        case PM_MenuVMargin:
        case PM_DockWidgetSeparatorExtent:
            return theme_.px(4);
        case PM_MenuBarHMargin:
            return theme_.px(8);
        case PM_ToolBarItemMargin:
            return theme_.px(6);
        case PM_ToolBarItemSpacing:
            return theme_.px(2);
        case PM_ToolBarSeparatorExtent:
            return theme_.px(13);
        case PM_ToolBarExtensionExtent:
        case PM_IndicatorWidth:
        case PM_IndicatorHeight:
        case PM_ExclusiveIndicatorWidth:
        case PM_ExclusiveIndicatorHeight:
        case PM_SliderThickness:
        case PM_SliderControlThickness:
        case PM_SliderLength:
        case PM_SmallIconSize:
        case PM_ButtonIconSize:
        case PM_ListViewIconSize:
        case PM_TabBarIconSize:
            return theme_.px(16);
        case PM_ToolBarIconSize:
            return theme_.px(20);
        case PM_CheckBoxLabelSpacing:
        case PM_RadioButtonLabelSpacing:
            return theme_.px(6);
        case PM_ScrollBarExtent:
            return theme_.px(8);
        case PM_ScrollBarSliderMin:
            return theme_.px(24);
        case PM_FocusFrameHMargin:
            // Cells begin below the words of their header.
            return isList(widget) ? theme_.px(8) - 1
                                  : QProxyStyle::pixelMetric(metric, option, widget);
        case PM_ToolTipLabelFrameWidth:
            return theme_.px(4);
        case PM_HeaderMarkSize:
            return theme_.px(10);
        case PM_MenuButtonIndicator:
            return roleOf(widget) == Role::pick ? 0 : theme_.px(12);
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* result) const {
    switch (hint) {
        case SH_EtchDisabledText:
        case SH_DialogButtonBox_ButtonsHaveIcons:
        case SH_DrawMenuBarSeparator:
        case SH_Widget_Animation_Duration:
        case SH_ComboBox_Popup:
            return 0;
        default:
            return QProxyStyle::styleHint(hint, option, widget, result);
    }
}

QIcon Style::standardIcon(StandardPixmap standard, const QStyleOption* option,
                          const QWidget* widget) const {
    switch (standard) {
        case SP_LineEditClearButton:
            return themeIcon(theme_, QStringLiteral("cross"), Colour::text3);
        case SP_ToolBarHorizontalExtensionButton:
            return themeIcon(theme_, QStringLiteral("right"));
        case SP_MessageBoxWarning:
            return themeIcon(theme_, QStringLiteral("warning"), Colour::warn);
        case SP_MessageBoxCritical:
            return themeIcon(theme_, QStringLiteral("warning"), Colour::fail);
        case SP_MessageBoxQuestion:
        case SP_MessageBoxInformation:
            return QApplication::windowIcon();
        default:
            return QProxyStyle::standardIcon(standard, option, widget);
    }
}

}  // namespace shearbench::widgets
