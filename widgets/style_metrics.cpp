// SPDX-License-Identifier: GPL-3.0-or-later
//
// Style: how large everything is, where its parts lie, what else Qt asks.
#include <QApplication>
#include <QComboBox>
#include <QPlainTextEdit>
#include <QTableView>
#include <QTreeView>

#include "widgets/icon.h"
#include "widgets/style_parts.h"

namespace shearbench::widgets {
namespace {

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

using parts::as;

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
