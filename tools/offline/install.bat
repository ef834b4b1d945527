@echo off
rem Install the kit from this folder, without a network.
py "%~dp0install.py" %*
if errorlevel 1 pause
