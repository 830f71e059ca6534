# Keeps pictures of the window after a training and of what it makes of many kinds of files, light and
# dark, at scale 1 and 2, for people to look at:
#     cmake -DCLI=.. -DWINDOW=.. -DGALLERY=.. -DBENCHMARK_GALLERY=.. -DFOLDER=.. -P screenshots.cmake
file(MAKE_DIRECTORY ${FOLDER})
set(ENV{XDG_STATE_HOME} ${FOLDER}/state)
set(ENV{XDG_DATA_HOME} ${FOLDER}/data)
set(ENV{QT_QPA_PLATFORM} offscreen)
set(ENV{QT_FONT_DPI} 96)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE text ERROR_VARIABLE text)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGV} ended with ${result}:\n${text}")
  endif()
endfunction()

if(NOT EXISTS ${FOLDER}/galaxies.h5)
  run(${CLI} simulate --count 600 --overwrite --out ${FOLDER}/galaxies.h5)
endif()
if(NOT EXISTS ${FOLDER}/run/best.h5)
  file(REMOVE_RECURSE ${FOLDER}/run)
  run(${CLI} train --data ${FOLDER}/galaxies.h5 --epochs 4 --out ${FOLDER}/run)
endif()
foreach(theme light dark)
  foreach(scale 1 2)
    set(ENV{QT_SCALE_FACTOR} ${scale})
    run(${WINDOW} --screenshot ${FOLDER}/trained_${theme}_${scale}x.png --theme ${theme}
        --size 1680x1050 ${FOLDER}/run)
    run(${WINDOW} --screenshot ${FOLDER}/start_${theme}_${scale}x.png --theme ${theme}
        --size 1680x1050)
  endforeach()
endforeach()
foreach(scale 1 2)
  set(ENV{QT_SCALE_FACTOR} ${scale})
  run(${GALLERY} ${FOLDER}/data_views ${FOLDER}/run)
  run(${BENCHMARK_GALLERY} ${FOLDER}/benchmark_views)
  run(${DEVICE_GALLERY} ${FOLDER}/device_views)
endforeach()
