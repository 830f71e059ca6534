# Fails when an include runs against the arrows: app -> widgets, app -> core; widgets -> analysis
# only; inside core: training, model -> device -> network, training, model -> data; no backend
# library outside its own folder; no Qt in core or the command line. And when a widget is given a
# style sheet, or a name where it should have a role.

function(forbid folder pattern reason)
  file(GLOB_RECURSE files ${ROOT}/${folder}/*.h ${ROOT}/${folder}/*.cpp)
  foreach(file ${files})
    file(STRINGS ${file} lines REGEX "^ *#include *[<\"](${pattern})")
    foreach(line ${lines})
      file(RELATIVE_PATH name ${ROOT} ${file})
      message(SEND_ERROR "${name}: ${line}\n  ${reason}")
    endforeach()
  endforeach()
endfunction()

forbid(core "Q[A-Z]|Qt" "The core knows no Qt.")
forbid(core "(app|widgets)/" "The core knows neither programs nor widgets.")
forbid(app/cli "Q[A-Z]|Qt|widgets/" "The command line links no Qt.")
forbid(widgets "app/|core/(data|device|model|network|training|benchmark|experiment)" "Widgets take plain values.")
forbid(core/network "core/(data|device|model|training|benchmark|analysis)/" "A network describes; it computes nothing.")
forbid(core/device "core/(data|model|training|benchmark|analysis)/" "A device knows networks only.")
forbid(core/data "core/(network|device|model|training|benchmark|analysis)/" "Data knows no networks.")
forbid(core/model "core/(training|benchmark)/" "A model is used by training, not the other way round.")
forbid(core/analysis "core/(data|network|device|model|training|benchmark|experiment|random)" "Analysis takes plain arrays.")
foreach(room app widgets core/data core/model core/training core/analysis core/network)
  forbid(${room} "oneapi/|dnnl|CL/|Eigen/" "A backend's library stays in core/device/<backend>/.")
endforeach()

foreach(room app widgets)
  file(GLOB_RECURSE files ${ROOT}/${room}/*.h ${ROOT}/${room}/*.cpp)
  foreach(file ${files})
    file(STRINGS ${file} lines
      REGEX "setStyleSheet *\\(|setObjectName.*\"(primary|mini|pick|seg|link|title|caption|field|value|pane|side|line|upright)\"")
    foreach(line ${lines})
      file(RELATIVE_PATH name ${ROOT} ${file})
      message(SEND_ERROR "${name}: ${line}\n  Widgets have roles, see widgets/style.h.")
    endforeach()
  endforeach()
endforeach()
